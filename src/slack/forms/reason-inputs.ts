import type { InputBlock } from "@slack/types";
import { longestReason, patternExample, type ReasonRule } from "../../domain/access/reason-rule.ts";
import { textInput, type FormValues } from "./inputs.ts";

/** Whether a form requires a reason, and its pattern. */
interface ReasonNeeds {
  readonly reasonRule?: ReasonRule | undefined;
  readonly breakGlass?: boolean | undefined;
}

/** The input for the reason, of at most `longestReason` characters. */
export function reasonInput(values: FormValues, { reasonRule, breakGlass }: ReasonNeeds = {}): InputBlock {
  return textInput({
    blockId: "reason",
    actionId: "reason",
    label: "Reason",
    optional: !reasonRule?.required && !breakGlass,
    ...(reasonRule?.required && reasonRule.pattern !== undefined
      ? { hint: `Include something like ${patternExample(reasonRule.pattern)}.` }
      : {}),
    maxLength: longestReason,
    value: values["reason"]?.value,
    placeholder: "Shown in the channel and kept in the audit log",
  });
}

/** The input for the incident that a change belongs to. `openIncidents` lists the open ones. */
export function incidentInput(values: FormValues, openIncidents: string | undefined): InputBlock {
  return textInput({
    blockId: "incident",
    actionId: "incident",
    label: "Incident",
    optional: true,
    maxLength: 3000,
    value: values["incident"]?.value,
    placeholder: "The incident's key, such as INC-123",
    hint: openIncidents,
  });
}
