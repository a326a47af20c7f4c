import { header } from "../block-kit/blocks.ts";
import { choiceInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

/** Which numbers are watched for what is changed outside Patchbay. */
export const driftSection: SettingsSection = {
  blocks: ({ drift = "changed" }) => [
    header("Changes outside Patchbay"),
    choiceInput(
      "drift",
      "Numbers that are watched",
      { changed: "Those that were changed through Patchbay", all: "All numbers" },
      drift,
      "What is found is said once in the channel for announcements and on the App Home; it is never corrected by itself.",
    ),
  ],
  read: (values) => {
    const chosen = values.get("drift")?.value;
    return {
      change: ({ drift: before }) => {
        if (chosen === "all") return { drift: "all" };
        // What nobody has touched stays unsettled.
        return { drift: chosen === "changed" && before !== undefined ? "changed" : before };
      },
    };
  },
};
