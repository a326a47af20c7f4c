import type { OnCallGrant } from "../../domain/access/authorization.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { isRunApproval, type Approval, type GivenApproval } from "../../domain/changes/approval.ts";
import { isSameApprover } from "../../domain/changes/approvers.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { onCallDetails } from "../access/permissions.ts";
import { frozen, readPolicy } from "../access/policy.ts";
import type { Context } from "../shared/context.ts";
import { wantedDetails } from "./approval-event.ts";
import { checkDecidable, decisionFrame, onRecord } from "./decidable-approval.ts";
import { pageTimes } from "./on-call-approvers.ts";
import { decidedBefore } from "./request-over.ts";
import { wantedNow } from "./wanted-approvals.ts";

/**
 * Approves a request, once. `executeApprovedChange` then makes the change. If it wants two approvals, the first one leaves it
 * open for another person. Throws not_found, not_allowed (not an approver, or the requester), frozen, already_requested if it
 * was decided before or this person approved it before, approval_required if it has expired, and not_recorded. Refusals are
 * recorded, repeats as a count (ADR 33).
 */
export async function approve(ctx: Context, approvalId: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => {
    // Of two people who approve at the same moment, the second one joins the first.
    const given = (await give(ctx, approvalId)) ?? (await give(ctx, approvalId));
    if (!given) throw await decidedBefore(ctx, approvalId);
    return given;
  });
}

/** A request that this person may approve now. Throws what `approve` throws, and records the same refusals. */
export async function approvableRequest(ctx: Context, approvalId: string): Promise<Approval> {
  return onRecord(ctx, approvalId, async () => (await checkApprovable(ctx, approvalId)).approval);
}

/** Undefined if somebody else gave an approval or decided meanwhile. */
async function give(ctx: Context, approvalId: string): Promise<Approval | undefined> {
  const { approvals } = ctx.workspace;
  const { approval, onCall } = await checkApprovable(ctx, approvalId);
  if (!isRunApproval(approval)) {
    const { freeze } = (await readPolicy(ctx))(approval.asked.key);
    // Before the decision, so that the request stays open until the freeze is over.
    if (freeze) throw frozen(freeze);
  }
  const given: GivenApproval = { by: ctx.actor, at: ctx.now().toISOString(), onCall: onCall?.schedule };
  const wanted = await wantedNow(ctx, approval);
  const event = approvedEvent(ctx, approval, { wanted, given: approval.first ? 2 : 1, onCall });
  if (wanted === 2 && !approval.first) {
    const pageAt = await pageTimes(ctx, approval.expiresAt);
    if (!(await approvals.approveFirst(approvalId, given, wanted, event, pageAt))) return undefined;
    return (await approvals.find(approvalId)) ?? { ...approval, wanted, first: given };
  }
  if (!(await approvals.decide(approvalId, { ...given, state: "approved" }, event))) return undefined;
  // Read again: its messages may have been added meanwhile.
  return (await approvals.find(approvalId)) ?? { ...approval, state: "approved", decision: given };
}

async function checkApprovable(ctx: Context, approvalId: string): ReturnType<typeof checkDecidable> {
  const found = await checkDecidable(ctx, approvalId);
  const { first } = found.approval;
  if (first && isSameApprover(first.by, ctx.actor)) {
    const words = "You approved this request before, so someone else must approve it too.";
    const next = { words: "Ask another approver." };
    throw new Problem("already_requested", words, { next });
  }
  return found;
}

function approvedEvent(
  ctx: Context,
  approval: Approval,
  {
    wanted,
    given,
    onCall,
  }: { readonly wanted: number; readonly given: number; readonly onCall: OnCallGrant | undefined },
): AuditEvent<"approval.approved"> {
  const frame = decisionFrame(ctx, approval);
  const details = { ...frame.details, ...wantedDetails(wanted, given), ...onCallDetails(onCall) };
  return { ...frame, details, kind: "approval.approved" };
}
