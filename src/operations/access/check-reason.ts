import { Problem } from "../../domain/problem/problem.ts";
import { validateReason } from "../../domain/access/reason-rule.ts";
import type { Context } from "../shared/context.ts";

/**
 * Checks a reason against the workspace's rule. Background jobs are exempt, so that a newer rule does not keep them
 * from restoring numbers. Throws invalid_input, field `reason`.
 */
export async function checkReason(ctx: Context, reason: string | undefined): Promise<void> {
  if (ctx.actor.kind === "system") return;
  const { reason: rule } = await ctx.workspace.settings.read();
  const fault = validateReason(reason, rule);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "reason" });
}
