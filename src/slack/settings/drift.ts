import { choiceInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

/** Which numbers are checked for drift. */
export const driftSection: SettingsSection = {
  id: "drift",
  title: "Changes outside Patchbay",
  blocks: ({ drift = "changed" }) => [
    choiceInput(
      "drift",
      "Numbers to watch",
      { changed: "Numbers changed with Patchbay", all: "All numbers" },
      drift,
      "Patchbay reports changes made elsewhere and corrects nothing by itself.",
    ),
  ],
  read: (values) => {
    const chosen = values.get("drift")?.value;
    return {
      change: ({ drift: before }) => {
        if (chosen === "all") return { drift: "all" };
        // An unchanged default stays unset.
        return { drift: chosen === "changed" && before !== undefined ? "changed" : before };
      },
    };
  },
};
