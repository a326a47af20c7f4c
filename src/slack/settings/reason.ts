import { longestPattern, validatePattern } from "../../domain/access/reason-rule.ts";
import { textInput } from "../forms/inputs.ts";
import { ticksInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

/** Whether a change needs a reason, and its pattern. */
export const reasonSection: SettingsSection = {
  id: "reasons",
  title: "Reasons",
  blocks: ({ reason }) => [
    ticksInput("reason_required", "Changes", { yes: "Require a reason" }, reason?.required ? ["yes"] : []),
    textInput({
      blockId: "reason_pattern",
      actionId: "reason_pattern",
      label: "Reason pattern",
      optional: true,
      maxLength: longestPattern,
      value: reason?.pattern,
      placeholder: "INC-#",
      hint: "A pattern such as INC-#, where # stands for a number; empty accepts any reason.",
    }),
  ],
  read: (values) => {
    const required = (values.get("reason_required")?.several ?? []).includes("yes");
    const pattern = values.get("reason_pattern")?.value?.trim() ?? "";
    if (pattern === "") return { change: () => ({ reason: required ? { required } : undefined }) };
    const fault = validatePattern(pattern);
    if (fault !== undefined) return { errors: { reason_pattern: fault } };
    return { change: () => ({ reason: { required, pattern } }) };
  },
};
