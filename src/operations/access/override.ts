import { isRunApproval } from "../../domain/changes/approval.ts";
import { enoughApprovers } from "../../domain/changes/approvers.ts";
import { compare, affectedFields, pick, wantedState } from "../../domain/numbers/change.ts";
import { isSameKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { approvedDetails, type ChangeRequest } from "./change-request.ts";
import type { Context } from "../shared/context.ts";
import { lostApproverOf } from "./permissions.ts";
import { recordedChange } from "./recorded-change.ts";
import { asApprovedThen, runCover, type Cover, type RunCover } from "./run-approval.ts";

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
      return approvedBy(ctx, request, override.approvalId);
    case "approved_expiry":
      return approvedWithEnd(ctx, request, override.changeId);
    case "run":
      return runCover(ctx, request, override);
    case "break_glass":
    case undefined:
      return undefined;
  }
}

async function approvedBy(ctx: Context, request: ChangeRequest, id: string): Promise<Cover> {
  const approval = await ctx.workspace.approvals.find(id);
  const { actor } = ctx;
  if (approval?.state !== "approved" || isRunApproval(approval) || actor.kind !== "user") throw notApproved();
  const approvers = enoughApprovers(approval);
  const { asked } = approval;
  const same =
    asked.changeId === request.changeId &&
    isSameKey(asked.key, request.key) &&
    asked.change.kind === request.change.kind &&
    JSON.stringify(asked.ends) === JSON.stringify(request.ends) &&
    compare(wantedState(asked.change), wantedState(request.change)) === "same" &&
    compare(wantedState(request.change), wantedState(asked.change)) === "same" &&
    compare(pick(request.seen, affectedFields(request.change)), asked.seen) === "same";
  const details = approvers && approvedDetails(id, approvers);
  if (!details || !same || asked.userId !== actor.userId) throw notApproved();
  const lost = await lostApproverOf(ctx, approvers, "change");
  if (lost !== undefined) throw new Problem("not_allowed", lost);
  return { details, approvals: approvers.length };
}

/**
 * Checks a revert at an approved expiry. It requires a background job, an original record with `approval`,
 * `approvedBy` and a past `until`, the same number, and a request that names the original in `undoes` and writes
 * exactly the state before it. If somebody reverts early, the approval does not apply.
 */
async function approvedWithEnd(ctx: Context, request: ChangeRequest, changeId: string): Promise<Cover> {
  const original = await recordedChange(ctx, changeId);
  const { until } = original?.details ?? {};
  const cover = asApprovedThen(original?.details);
  const holds =
    ctx.actor.kind === "system" &&
    original?.kind === "change.requested" &&
    request.details?.["undoes"] === changeId &&
    until !== undefined &&
    Date.parse(until) <= ctx.now().getTime() &&
    original.number?.connectionId === request.key.connectionId &&
    original.number.numberId === request.key.numberId &&
    compare(wantedState(request.change), original.before ?? {}) === "same";
  if (!holds || !cover) throw notApproved();
  return cover;
}

function notApproved(): Problem {
  return new Problem("approval_required", "This change was not approved as it stands.");
}
