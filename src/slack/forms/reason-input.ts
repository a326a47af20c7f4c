import type { InputBlock } from "@slack/types";
import { longestReason, patternExample, type ReasonRule } from "../../domain/access/reason-rule.ts";
import { textInput, type FormValues } from "./inputs.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RequestContext } from "../context/request-context.ts";

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

/**
 * The workspace's current rule for reasons, which may have changed since the form was drawn. If it cannot be read, the
 * form's rule applies; the change pipeline then refuses the change and records that.
 */
export async function reasonRuleNow(
  req: RequestContext,
  drawn: ReasonRule | undefined,
): Promise<ReasonRule | undefined> {
  try {
    return (await req.ctx.workspace.settings.read()).reason;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return drawn;
  }
}
