import type { ApprovalCount } from "../../domain/access/protection.ts";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { coversNumber } from "../../domain/failover/plan-approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { runNoun, type Run } from "../../domain/runs/run.ts";
import { isPlanned, needsApproval, type ResultStep } from "../../domain/runs/run-step.ts";
import { planCover, planOfRun } from "../access/plan-cover.ts";
import { readPolicy } from "../access/policy.ts";
import type { Context } from "../shared/context.ts";

/**
 * How many approvals a request for a run wants: as many as the number that wants the most. A number counts that needs the
 * request, also because its plan was approved by fewer people than it wants now.
 */
export async function wantedByRun(
  ctx: Context,
  { steps, terms }: Pick<Run, "steps" | "terms">,
): Promise<ApprovalCount> {
  const asked = steps.filter((step) => needsApproval(step) || isByPlan(step));
  if (asked.length === 0) return 1;
  const policy = await readPolicy(ctx);
  const wantTwo = asked.filter(({ key }) => policy(key).approvals === 2);
  if (wantTwo.some(needsApproval)) return 2;
  if (wantTwo.length === 0) return 1;
  const saved = await planOfRun(ctx, terms);
  const cover = saved && (await planCover(ctx, saved));
  return cover && wantTwo.every(({ key }) => coversNumber(cover, key, 2)) ? 1 : 2;
}

const isByPlan = (step: ResultStep): boolean => isPlanned(step) && step.approval === "plan";

/** That a run needs a request first, and of how many people. */
export async function runNotApproved(
  ctx: Context,
  run: Pick<Run, "kind" | "steps" | "terms">,
): Promise<Problem> {
  const who = mustApproveText(await wantedByRun(ctx, run));
  return new Problem("approval_required", `${who} this ${runNoun(run.kind)} first.`);
}

/** `Someone else must approve`, or two. */
export function mustApproveText(wanted: ApprovalCount): string {
  return `${wanted === 2 ? "Two other people" : "Someone else"} must approve`;
}

/**
 * How many approvals a request wants: as many as when it was made, and more if a protection wants more now. A protection that
 * wants less by now does not change what people were asked for. Throws not_allowed if protections cannot be read.
 */
export async function wantedNow(ctx: Context, approval: Approval): Promise<ApprovalCount> {
  if (approval.wanted === 2) return 2;
  if (isRunApproval(approval)) return wantedByRun(ctx, await ctx.workspace.runs.get(approval.asked.runId));
  return (await readPolicy(ctx))(approval.asked.key).approvals || 1;
}
