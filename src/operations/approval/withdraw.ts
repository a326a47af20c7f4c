import { isAskedBy, type Approval, type Withdrawal } from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { decisionFrame, onRecord, openApproval } from "./decidable-approval.ts";
import { decidedBefore } from "./request-over.ts";

/**
 * Withdraws an open request, for the person who made it. Throws not_found, not_allowed, already_requested if it was
 * decided before, approval_required if it has expired, and not_recorded. Refusals are recorded, repeats as a count.
 */
export async function withdraw(ctx: Context, approvalId: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => {
    const { approval, withdrawal } = await withdrawable(ctx, approvalId);
    const { decision, event } = withdrawal;
    if (!(await ctx.workspace.approvals.decide(approvalId, decision, event)))
      throw await decidedBefore(ctx, approvalId);
    return { ...approval, state: "withdrawn", decision };
  });
}

/**
 * An open request that this person may withdraw, and its withdrawal, for something that withdraws it in its own
 * transaction. Throws what `withdraw` throws.
 */
export async function withdrawable(
  ctx: Context,
  approvalId: string,
): Promise<{ readonly approval: Approval; readonly withdrawal: Withdrawal }> {
  const approval = await openApproval(ctx, approvalId);
  if (!isAskedBy(approval, ctx.actor))
    throw new Problem("not_allowed", "Only the person who asked can withdraw this request.");
  const decision = { state: "withdrawn", by: ctx.actor, at: ctx.now().toISOString() } as const;
  const event = { ...decisionFrame(ctx, approval), kind: "approval.withdrawn" } as const;
  return { approval, withdrawal: { id: approvalId, decision, event } };
}
