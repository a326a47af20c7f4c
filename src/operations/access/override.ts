import { approverOf, isRunApproval } from "../../domain/changes/approval.ts";
import { compare, affectedFields, pick, wantedState } from "../../domain/numbers/change.ts";
import { isSameKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { ApprovedDetails, ChangeRequest } from "./change-request.ts";
import type { Context } from "../shared/context.ts";
import { lostApprover } from "./permissions.ts";
import { recordedChange } from "./recorded-change.ts";
import { runCover, type RunCover } from "./run-approval.ts";

/**
 * Whether a change was approved exactly as it is, by a person who may still approve. This is verified with stored
 * data, not with the request's own claims. Undefined without an approval. Throws approval_required and not_allowed
 * if the approval is invalid; for a step of a run, returns why there is none, which matters only if the number is
 * protected now.
 */
export async function approvalOf(ctx: Context, request: ChangeRequest): Promise<RunCover | undefined> {
  const { override } = request;
  switch (override?.kind) {
    case "approval":
      return { details: await approvedBy(ctx, request, override.approvalId) };
    case "approved_end":
      return { details: await approvedWithEnd(ctx, request, override.changeId) };
    case "run":
      return runCover(ctx, request, override);
    case "break_glass":
    case undefined:
      return undefined;
  }
}

async function approvedBy(ctx: Context, request: ChangeRequest, id: string): Promise<ApprovedDetails> {
  const approval = await ctx.workspace.approvals.find(id);
  const { actor } = ctx;
  if (approval?.state !== "approved" || isRunApproval(approval) || actor.kind !== "user") throw notApproved();
  const approver = approverOf(approval);
  const { asked } = approval;
  const same =
    asked.changeId === request.changeId &&
    isSameKey(asked.key, request.key) &&
    asked.change.kind === request.change.kind &&
    JSON.stringify(asked.ends) === JSON.stringify(request.ends) &&
    compare(wantedState(asked.change), wantedState(request.change)) === "same" &&
    compare(wantedState(request.change), wantedState(asked.change)) === "same" &&
    compare(pick(request.seen, affectedFields(request.change)), asked.seen) === "same";
  if (!approver || !same || asked.userId !== actor.userId) throw notApproved();
  const lost = lostApprover(await ctx.authorizer.permissions(approver.by), approver.onCall, "change");
  if (lost !== undefined) throw new Problem("not_allowed", lost);
  return { approval: id, approvedBy: approver.name };
}

/**
 * Checks a revert at an approved expiry. It requires a background job, an original record with `approval`,
 * `approvedBy` and a past `until`, the same number, and a request that names the original in `undoes` and writes
 * exactly the state before it. If somebody reverts early, the approval does not apply.
 */
async function approvedWithEnd(
  ctx: Context,
  request: ChangeRequest,
  changeId: string,
): Promise<ApprovedDetails> {
  const original = await recordedChange(ctx, changeId);
  const { approval, approvedBy: by, until } = original?.details ?? {};
  const holds =
    ctx.actor.kind === "system" &&
    original?.kind === "change.requested" &&
    request.details?.["undoes"] === changeId &&
    until !== undefined &&
    Date.parse(until) <= ctx.now().getTime() &&
    original.number?.connectionId === request.key.connectionId &&
    original.number.numberId === request.key.numberId &&
    compare(wantedState(request.change), original.before ?? {}) === "same";
  if (!holds || approval === undefined || by === undefined) throw notApproved();
  return { approval, approvedBy: by };
}

function notApproved(): Problem {
  return new Problem("approval_required", "This change was not approved as it stands.");
}
