import type { RunApproval } from "../../domain/changes/approval.ts";
import { coversNumber } from "../../domain/failover/plan-approval.ts";
import type { SavedPlan } from "../../domain/failover/plan.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { isSameRequester, runNoun, type Run, type RunRequester } from "../../domain/runs/run.ts";
import { isPlanned, needsApproval } from "../../domain/runs/run-step.ts";
import { approvedDetails, type ApprovedDetails } from "../access/change-request.ts";
import { checkReason } from "../access/check-reason.ts";
import { enforceRules, prepareRuleCheck } from "../access/enforce-rules.ts";
import { assertRole, onCallDetails, recordRefusal } from "../access/permissions.ts";
import { planCover } from "../access/plan-cover.ts";
import { readPolicy } from "../access/policy.ts";
import { runNotApproved } from "../approval/wanted-approvals.ts";
import { checkApproval, type BeginRunOptions } from "../runs/check-approval.ts";
import { assertFirstTierIsAsShown } from "../runs/first-tier-as-shown.ts";
import { assertRecent } from "../runs/shown-preview.ts";
import { runDetails } from "../runs/run-events.ts";
import { effectsOfSteps } from "../runs/revert-rules.ts";
import type { Context } from "../shared/context.ts";
import { runBlockersOf } from "./run-blockers.ts";

/**
 * Confirms a failover as it was shown. For operators, and only for the person it was shown to. Throws not_allowed,
 * not_found, conflict if the plan was changed, the preview is too old, or nothing of its first tier is as it was shown,
 * approval_required if nobody has approved its protected numbers, ruled_out with all rules that do not allow the whole
 * run, already_requested if it or another run of its numbers is going on or the request was decided meanwhile, and
 * not_recorded.
 */
export async function beginFailover(
  ctx: Context,
  runId: string,
  by: RunRequester,
  options?: BeginRunOptions,
): Promise<Run> {
  return begin(ctx, { runId, by, act: "run failovers", refused: "run a failover" }, options);
}

/** Confirms a routes run as it was shown. The same rules count, without a plan. Throws what `beginFailover` throws. */
export async function beginRoutes(
  ctx: Context,
  runId: string,
  by: RunRequester,
  options?: BeginRunOptions,
): Promise<Run> {
  return begin(ctx, { runId, by, act: "apply routes", refused: "apply routes" }, options);
}

/** A run to begin, and how that is called in refusals. */
interface ToBegin {
  readonly runId: string;
  readonly by: RunRequester;
  readonly act: string;
  readonly refused: string;
}

async function begin(
  ctx: Context,
  { runId, by, act, refused }: ToBegin,
  { approval, withdraws }: BeginRunOptions = {},
): Promise<Run> {
  const { runs } = ctx.workspace;
  try {
    const { onCall } = await assertRole(ctx, "operator", act);
    const run = await runs.get(runId);
    const saved = await checkIsAsShown(ctx, run, by, approval);
    const approved = await checkIsApproved(ctx, run, saved, approval);
    const { reason, forMs } = run.terms;
    await checkReason(ctx, reason);
    await assertFirstTierIsAsShown(ctx, run);
    const check = await prepareRuleCheck(ctx, effectsOfSteps(run.steps));
    await check.exclusively(async () => {
      const { overrode } = await enforceRules(ctx, check, runBlockersOf(run.steps));
      const until = forMs === undefined ? {} : { until: new Date(ctx.now().getTime() + forMs).toISOString() };
      const event = {
        kind: "failover.begun",
        actor: ctx.actor,
        requestId: ctx.requestId,
        reason,
        details: {
          ...runDetails({ ...run, by }),
          changes: String(run.steps.filter(isPlanned).length),
          ...until,
          ...approved,
          ...onCallDetails(onCall?.role),
          ...(overrode === undefined ? {} : { overrode }),
        },
      } as const;
      await runs.begin(runId, by, event, { approval: approval?.id, withdraws });
    });
    return await runs.get(runId);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: refused }, error);
    throw error;
  }
}

/**
 * Requires that a preview still holds, and returns its plan; a routes run has none. Throws what `beginFailover` throws
 * about that.
 */
export async function checkIsAsShown(
  ctx: Context,
  run: Run,
  by: RunRequester,
  approval?: RunApproval,
): Promise<SavedPlan | undefined> {
  const { plan } = run.terms;
  const isOfPlan = (run.kind === "failover" || run.kind === "practice") && plan !== undefined;
  if (!isOfPlan && run.kind !== "routes") throw new Problem("not_found", "This is not a failover.");
  const noun = runNoun(run.kind);
  if (!isSameRequester(run.by, by))
    throw new Problem("not_allowed", `This ${noun} was shown to someone else. Ask for your own.`);
  const saved = isOfPlan ? await ctx.workspace.plans.get(plan.slug) : undefined;
  if (saved?.revision !== plan?.revision) throw outdated("Someone changed the plan since this preview.");
  if (!approval) assertRecent(ctx, run);
  if (!run.steps.some(isPlanned))
    throw new Problem("nothing_to_change", `This ${noun} has nothing to switch.`);
  return saved;
}

/** Who approved the protected numbers of a run, for its entry. Each of its changes is checked again. */
async function checkIsApproved(
  ctx: Context,
  run: Run,
  saved: SavedPlan | undefined,
  approval: RunApproval | undefined,
): Promise<Partial<ApprovedDetails>> {
  if (approval) return checkApproval(ctx, run, approval);
  if (run.steps.some(needsApproval)) throw await runNotApproved(ctx, run);
  const byPlan = run.steps.filter((step) => isPlanned(step) && step.approval === "plan");
  if (!saved || byPlan.length === 0) return {};
  const cover = await planCover(ctx, saved);
  const policy = await readPolicy(ctx);
  if (!cover.isValid || !byPlan.every(({ key }) => coversNumber(cover, key, policy(key).approvals)))
    throw outdated("The approval of the plan has ended since this preview.");
  return (
    approvedDetails(
      cover.approval.id,
      cover.approvers.map(({ by: name }) => ({ name })),
    ) ?? {}
  );
}

function outdated(words: string): Problem {
  return new Problem("conflict", words);
}
