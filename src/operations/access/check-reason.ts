import { Problem } from "../../domain/problem.ts";
import { validateReason } from "../../domain/reason-rule.ts";
import type { Context } from "../shared/context.ts";

/**
 * Passes a reason that is as the workspace asks for it. A background job carries out what a person gave a reason for, so
 * that a rule that came later does not keep it from putting things back. Throws invalid_input, field `reason`.
 */
export async function checkReason(ctx: Context, reason: string | undefined): Promise<void> {
  if (ctx.actor.kind === "system") return;
  const { reason: rule } = await ctx.workspace.settings.read();
  const fault = validateReason(reason, rule);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "reason" });
}
