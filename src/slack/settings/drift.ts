import { header } from "../block-kit/blocks.ts";
import { choiceInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

/** Which numbers are checked for drift. */
export const driftSection: SettingsSection = {
  blocks: ({ drift = "changed" }) => [
    header("Changes outside Patchbay"),
    choiceInput(
      "drift",
      "Numbers to watch",
      { changed: "Numbers changed with Patchbay", all: "All numbers" },
      drift,
      "Patchbay reports what it finds in the announcements channel and on the App Home. It corrects nothing by itself.",
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
