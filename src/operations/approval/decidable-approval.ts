import type { OnCallGrant } from "../../domain/access/authorization.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { Actor } from "../../domain/shared/actor.ts";
import { isAskedBy, type Approval, type Decision } from "../../domain/changes/approval.ts";
import { Problem, type NextStep } from "../../domain/problem/problem.ts";
import { assertApprover, onCallDetails, recordRefusal } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { approvalEvent, wantedDetails } from "./approval-event.ts";
import { decidedBefore, isLate, overdue } from "./request-over.ts";

/** A request that this person may decide now. Throws what `approve` throws, and records the same refusals. */
export async function decidableApproval(ctx: Context, approvalId: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => (await checkDecidable(ctx, approvalId)).approval);
}

/** The same, with the shift that it takes, for a decision that `onRecord` records. */
export async function checkDecidable(
  ctx: Context,
  approvalId: string,
): Promise<{ readonly approval: Approval; readonly onCall: OnCallGrant | undefined }> {
  const { onCall } = await assertApprover(ctx, "approve or decline changes");
  const approval = await openApproval(ctx, approvalId);
  if (isAskedBy(approval, ctx.actor))
    throw new Problem("not_allowed", "You asked for this change, so someone else must decide on it.", {
      next: withdrawal(approval, ctx.actor),
    });
  return { approval, onCall: onCall?.approver };
}

function withdrawal({ id }: Approval, actor: Actor): NextStep {
  const as = actor.kind === "cli" && actor.forUserId !== undefined ? ` --as ${actor.forUserId}` : "";
  return {
    words: "To take it back, press Withdraw.",
    onCommandLine: `To take it back: \`patchbay withdraw ${id}${as}\`.`,
  };
}

/** A request that is not decided and not late. Throws not_found, already_requested and approval_required. */
export async function openApproval(ctx: Context, approvalId: string): Promise<Approval> {
  const approval = await ctx.workspace.approvals.find(approvalId);
  if (!approval)
    throw new Problem("not_found", "There is no such request for approval.", { field: "request" });
  if (approval.state !== "open") throw await decidedBefore(ctx, approvalId);
  if (isLate(ctx, approval)) throw overdue(approval);
  return approval;
}

/** What the entry of every decision has. */
export function decisionFrame(
  ctx: Context,
  approval: Approval,
  comment?: string,
): Omit<AuditEvent<`approval.${Decision["state"]}`>, "kind"> {
  const base = approvalEvent(ctx, approval);
  return {
    ...base,
    outcome: "applied",
    details: {
      ...base.details,
      for: approval.asked.userId,
      ...wantedDetails(approval.wanted, approval.first ? 1 : 0),
      ...(comment === undefined ? {} : { comment }),
    },
  };
}

/** Records a decision with its entry. Returns false if somebody decided meanwhile. */
export async function recordDecision(
  ctx: Context,
  approval: Approval,
  decision: Decision,
  onCall?: OnCallGrant,
): Promise<boolean> {
  const { state, comment } = decision;
  const frame = decisionFrame(ctx, approval, comment);
  const details = { ...frame.details, ...onCallDetails(onCall) };
  const event = { ...frame, details, kind: `approval.${state}` } as const;
  return ctx.workspace.approvals.decide(approval.id, decision, event);
}

/** Does what people ask with a request. Records a refusal, repeats as a count (ADR 33), and throws it. */
export async function onRecord<Result>(
  ctx: Context,
  approvalId: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    // Only from this workspace's store: a forged id reveals nothing.
    const approval = await ctx.workspace.approvals.find(approvalId);
    const about = approval ? approvalEvent(ctx, approval) : {};
    await recordRefusal(ctx, { ...about, kind: "action.refused", reason: "decide on an approval" }, error);
    throw error;
  }
}
