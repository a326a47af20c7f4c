import { isAskedBy, type Approval, type Decision, type Withdrawal } from "../../domain/changes/approval.ts";
import type { OnCallGrant } from "../../domain/access/authorization.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { onCallDetails } from "../access/permissions.ts";
import { checkDecidable, decisionFrame, onRecord, openApproval } from "./decidable-approval.ts";
import { decidedBefore, isLate } from "./request-over.ts";

/** The longest comment on a decision, in characters. */
export const longestComment = 300;

/**
 * Declines a request, once, with an optional comment: also one that somebody has approved already, and also by that person.
 * Throws what `approve` throws, and invalid_input.
 */
export async function decline(ctx: Context, approvalId: string, comment?: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => {
    const { approval, onCall } = await checkDecidable(ctx, approvalId);
    const text = comment?.trim() ?? "";
    const fault = commentFault(text);
    if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "comment" });
    const decision = {
      by: ctx.actor,
      at: ctx.now().toISOString(),
      comment: text || undefined,
      onCall: onCall?.schedule,
    };
    const isWritten = await write(ctx, approval, { ...decision, state: "declined" }, onCall);
    if (!isWritten) throw await decidedBefore(ctx, approvalId);
    // Read again: its messages may have been added meanwhile.
    return (await ctx.workspace.approvals.find(approvalId)) ?? { ...approval, state: "declined", decision };
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
