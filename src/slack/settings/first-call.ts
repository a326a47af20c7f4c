import { choiceInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

/** Whether Patchbay looks who answers the first calls after a change. */
export const firstCallSection: SettingsSection = {
  id: "first_call",
  title: "First call",
  blocks: ({ firstCall = "watch" }) => [
    choiceInput(
      "first_call",
      "First call after a change",
      { watch: "Say who answered it", off: "Do not look" },
      firstCall,
      "Patchbay reads the vendor's log of calls for 15 min. It keeps who answered and when, never who called or what was said.",
    ),
  ],
  read: (values) => {
    const chosen = values.get("first_call")?.value;
    return {
      change: ({ firstCall: before }) => {
        if (chosen === "off") return { firstCall: "off" };
        // An unchanged default stays unset.
        return { firstCall: chosen === "watch" && before !== undefined ? "watch" : before };
      },
    };
  },
};
