import { isProblem } from "../../domain/problem.ts";
import type { ReasonRule } from "../../domain/reason-rule.ts";
import type { RequestContext } from "../context/request-context.ts";

/**
 * What the workspace asks of reasons by now, which may have changed since a form was drawn. Where that cannot be read the
 * form's own rule stands: the change pipeline then refuses the change, on record.
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
