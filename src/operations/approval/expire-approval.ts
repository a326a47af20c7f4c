import type { Approval } from "../../domain/changes/approval.ts";
import type { Context } from "../shared/context.ts";
import { recordDecision } from "./decidable-approval.ts";
import { isLate } from "./request-over.ts";

/**
 * Expires a request once, with its entry, and returns it: also one that expired before, which people may not know yet.
 * Otherwise returns whether it is still open, or was decided.
 */
export async function expireApproval(
  ctx: Context,
  approvalId: string,
): Promise<Approval | "open" | "decided"> {
  const approval = await ctx.workspace.approvals.find(approvalId);
  if (approval?.state === "expired") return approval;
  if (approval?.state !== "open") return "decided";
  if (!isLate(ctx, approval)) return "open";
  const decision = { by: ctx.actor, at: ctx.now().toISOString() };
  if (!(await recordDecision(ctx, approval, { ...decision, state: "expired" }))) return "decided";
  return { ...approval, state: "expired", decision };
}
