import { isProblem } from "../../domain/problem/problem.ts";
import type { ReasonRule } from "../../domain/access/reason-rule.ts";
import type { RequestContext } from "../context/request-context.ts";

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
