import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import { isRunApproval } from "../../domain/changes/approval.ts";
import { enoughApprovers } from "../../domain/changes/approvers.ts";
import { coversNumber } from "../../domain/failover/plan-approval.ts";
import { membersOf } from "../../domain/failover/plan.ts";
import {
  affectedFields,
  compare,
  keepingVersion,
  pick,
  wantedState,
  type Change,
} from "../../domain/numbers/change.ts";
import { isSameKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { requesterActor, type Run } from "../../domain/runs/run.ts";
import { isSamePerson } from "../../domain/shared/actor.ts";
import { isPlanned, type ResultStep } from "../../domain/runs/run-step.ts";
import type { Context } from "../shared/context.ts";
import { approvedDetails, type ApprovedDetails, type ChangeRequest } from "./change-request.ts";
import { lostApproverOf } from "./permissions.ts";
import { planCover, planOfRun } from "./plan-cover.ts";
import { recordedChange } from "./recorded-change.ts";

/** A run without its steps, and one of them. */
interface StepOfRun {
  readonly run: Omit<Run, "steps">;
  readonly step: ResultStep;
}

/** The approval of a change, and how many people's it is. */
export interface Cover {
  readonly details: ApprovedDetails;
  readonly approvals: number;
}

/** The approval of a change, or why there is none. */
export type RunCover = Cover | { readonly missing: Problem };

/**
 * Whether a change is exactly the step of a running run, made for the person who carries that out, and something that
 * counts now approves it. All of this is verified with stored data, not with the request's own claims.
 */
export async function runCover(
  ctx: Context,
  request: ChangeRequest,
  { runId, position }: { readonly runId: string; readonly position: number },
): Promise<RunCover> {
  const found = await ctx.workspace.runs.getStep(runId, position);
  if (found && found.run.state !== "running")
    return missing("The run was paused or stopped before this change.");
  if (!found || !isStep(ctx, request, found)) return missing("This change was not approved as it stands.");
  const { run, step } = found;
  // What was approved with the way there needs no further approval, even if its approver may no longer approve.
  const isCovered = step.approval === "change" || run.status.approval === undefined;
  if (run.kind === "back" && isCovered) return coverOfChange(ctx, request, found);
  const byPlan = step.approval === "plan" ? await coverOfPlan(ctx, found) : undefined;
  if (run.status.approval === undefined) return byPlan ?? missing("Nobody has approved this run.");
  // The request may have been for other numbers, which want fewer approvals than this one.
  const byRequest = await coverOfRequest(ctx, run, run.status.approval);
  return byPlan && approvalsOf(byPlan) > approvalsOf(byRequest) ? byPlan : byRequest;
}

const approvalsOf = (cover: RunCover): number => ("missing" in cover ? 0 : cover.approvals);

function isStep({ actor, workspace }: Context, request: ChangeRequest, { run, step }: StepOfRun): boolean {
  return (
    isSamePerson(actor, requesterActor(run.by, workspace.id)) &&
    isPlanned(step) &&
    step.changeId === request.changeId &&
    isSameKey(step.key, request.key) &&
    step.change !== undefined &&
    isSameChange(step.change, request.change) &&
    request.ends === undefined &&
    compare(pick(request.seen, affectedFields(request.change)), step.now) === "same"
  );
}

/** Another person approved the run as it was shown, and may still approve. */
async function coverOfRequest(ctx: Context, run: Omit<Run, "steps">, approvalId: string): Promise<RunCover> {
  const approval = await ctx.workspace.approvals.find(approvalId);
  const isApproved = approval?.state === "approved" || approval?.state === "over";
  const approvers = approval && enoughApprovers(approval);
  const details = approvers && approvedDetails(approvalId, approvers);
  if (!isApproved || !details || !isRunApproval(approval) || approval.asked.runId !== run.id)
    return missing("Nobody has approved this run.");
  const lost = await lostApproverOf(ctx, approvers, "run");
  return lost === undefined ? { details, approvals: approvers.length } : missing(lost);
}

/** The approval of the plan counts now for this number, and the plan still says so. */
async function coverOfPlan(ctx: Context, { run, step }: StepOfRun): Promise<RunCover> {
  const ended = "The approval of the plan does not count for this number any more.";
  const saved = await planOfRun(ctx, run.terms);
  if (!saved) return missing(ended);
  const member = membersOf(saved.plan).find((each) => isSameKey(each, step.key));
  const { agent } = step.now;
  const shown = agent === undefined || agent === null ? {} : { agent: { id: agent } };
  if (!member || !step.change || !isSameChange(keepingVersion(member.change, shown), step.change))
    return missing(ended);
  const cover = await planCover(ctx, saved);
  if (!cover.isValid || !coversNumber(cover, step.key)) return missing(ended);
  const names = cover.approvers.map(({ by }) => ({ name: by }));
  const details = approvedDetails(cover.approval.id, names);
  return details ? { details, approvals: names.length } : missing(ended);
}

/** It takes back a change that was approved with the run, exactly to what the number was before. */
async function coverOfChange(
  ctx: Context,
  request: ChangeRequest,
  { run, step }: StepOfRun,
): Promise<RunCover> {
  const original = step.undoes === undefined ? undefined : await recordedChange(ctx, step.undoes);
  const { run: ofRun } = original?.details ?? {};
  const { number } = original ?? {};
  const cover = asApprovedThen(original?.details);
  const isBack =
    original?.kind === "change.requested" &&
    ofRun === run.returns &&
    number !== undefined &&
    isSameKey(number, request.key) &&
    compare(wantedState(request.change), original.before ?? {}) === "same";
  return isBack && cover ? cover : missing("This change was not approved as it stands.");
}

/**
 * The approval with which a change is on record, for its way back: that was approved with it, by as many people as its number
 * wanted then. Undefined without one.
 */
export function asApprovedThen({ approval, approvedBy, alsoApprovedBy }: ChangeDetails = {}):
  | Cover
  | undefined {
  if (approval === undefined || approvedBy === undefined) return undefined;
  const names = [approvedBy, ...(alsoApprovedBy === undefined ? [] : [alsoApprovedBy])];
  const details = approvedDetails(
    approval,
    names.map((name) => ({ name })),
  );
  return details && { details, approvals: Number.POSITIVE_INFINITY };
}

function isSameChange(one: Change, other: Change): boolean {
  const [a, b] = [wantedState(one), wantedState(other)];
  return one.kind === other.kind && compare(a, b) === "same" && compare(b, a) === "same";
}

function missing(why: string): RunCover {
  return { missing: new Problem("approval_required", why) };
}
