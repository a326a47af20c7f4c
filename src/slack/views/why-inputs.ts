import type { InputBlock } from "@slack/types";
import { longestReason, patternExample } from "../../domain/reason-rule.ts";
import type { ChangeForm } from "../form-state.ts";
import { textInput, type FormValues } from "./inputs.ts";

/** The input for why something is done; its text is at most `longestReason` characters. */
export function reasonInput(
  values: FormValues,
  { reasonRule, breakGlass }: Pick<ChangeForm, "reasonRule" | "breakGlass"> = {},
): InputBlock {
  return textInput({
    blockId: "reason",
    actionId: "reason",
    label: "Reason",
    optional: !reasonRule?.required && !breakGlass,
    ...(reasonRule?.required && reasonRule.pattern !== undefined
      ? { hint: `With something like ${patternExample(reasonRule.pattern)} in it.` }
      : {}),
    maxLength: longestReason,
    value: values["reason"]?.value,
    placeholder: "Said in the channel and kept in the audit log",
  });
}

/** The input for the incident that a change belongs to; `openIncidents` says which there are. */
export function incidentInput(values: FormValues, openIncidents: string | undefined): InputBlock {
  return textInput({
    blockId: "incident",
    actionId: "incident",
    label: "Incident",
    optional: true,
    maxLength: 3000,
    value: values["incident"]?.value,
    placeholder: "The key of the incident that this is for, if any",
    hint: openIncidents,
  });
}
