import {
  isAskedBy,
  isRunApproval,
  type Approval,
  type Decision,
  type Withdrawal,
} from "../../domain/changes/approval.ts";
import type { OnCallGrant } from "../../domain/access/authorization.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { frozen, readPolicy } from "../access/policy.ts";
import { approvalEvent } from "./approval-event.ts";
import { decidedBefore, isLate, overdue } from "./request-over.ts";
import { assertApprover, onCallDetails, recordRefusal } from "../access/permissions.ts";

/** The longest comment on a decision, in characters. */
export const longestComment = 300;

/**
 * Approves a request, once. `executeApprovedChange` then makes the change. Throws not_found, not_allowed (not an
 * approver, or the requester), frozen, already_requested if it was decided before, approval_required if it has
 * expired, and not_recorded. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function approve(ctx: Context, approvalId: string): Promise<Approval> {
  return decided(ctx, approvalId, async (approval) => {
    if (!isRunApproval(approval)) {
      const { freeze } = (await readPolicy(ctx))(approval.asked.key);
      // Before the decision, so that the request stays open until the freeze is over.
      if (freeze) throw frozen(freeze);
    }
    return { state: "approved", by: ctx.actor, at: ctx.now().toISOString() };
  });
}

/** Declines a request, once, with an optional comment. Throws what `approve` throws, and invalid_input. */
export async function decline(ctx: Context, approvalId: string, comment?: string): Promise<Approval> {
  return decided(ctx, approvalId, async () => {
    const text = comment?.trim() ?? "";
    const fault = commentFault(text);
    if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "comment" });
    return { state: "declined", by: ctx.actor, at: ctx.now().toISOString(), comment: text || undefined };
  });
}

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

/** Why a comment is invalid, as text to show, or undefined. */
export function commentFault(comment: string | undefined): string | undefined {
  const { length } = Array.from(comment?.trim() ?? "");
  return length > longestComment
    ? `A comment has at most ${longestComment} characters; this one has ${length}.`
    : undefined;
}

/** A request that this person may decide now. Throws what `approve` throws, and records the same refusals. */
export async function decidableApproval(ctx: Context, approvalId: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => (await checkDecidable(ctx, approvalId)).approval);
}

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
  if (!(await write(ctx, approval, { ...decision, state: "expired" }))) return "decided";
  return { ...approval, state: "expired", decision };
}

async function decided(
  ctx: Context,
  approvalId: string,
  decide: (approval: Approval) => Promise<Decision>,
): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => {
    const { approval, onCall } = await checkDecidable(ctx, approvalId);
    const decision = { ...(await decide(approval)), onCall: onCall?.schedule };
    if (!(await write(ctx, approval, decision, onCall))) throw await decidedBefore(ctx, approvalId);
    const { state, ...rest } = decision;
    // Read again: its messages may have been added meanwhile.
    return (await ctx.workspace.approvals.find(approvalId)) ?? { ...approval, state, decision: rest };
  });
}

async function checkDecidable(
  ctx: Context,
  approvalId: string,
): Promise<{ readonly approval: Approval; readonly onCall: OnCallGrant | undefined }> {
  const { onCall } = await assertApprover(ctx, "approve or decline changes");
  const approval = await openApproval(ctx, approvalId);
  if (isAskedBy(approval, ctx.actor))
    throw new Problem("not_allowed", "You asked for this change, so someone else must decide on it.");
  return { approval, onCall: onCall?.approver };
}

async function openApproval(ctx: Context, approvalId: string): Promise<Approval> {
  const approval = await ctx.workspace.approvals.find(approvalId);
  if (!approval)
    throw new Problem("not_found", "There is no such request for approval.", { field: "request" });
  if (approval.state !== "open") throw await decidedBefore(ctx, approvalId);
  if (isLate(ctx, approval)) throw overdue(approval.expiresAt);
  return approval;
}

async function write(
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

/** What the entry of every decision has. */
function decisionFrame(
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
      ...(comment === undefined ? {} : { comment }),
    },
  };
}

async function onRecord<Result>(
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
