import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { Drill } from "../../domain/failover/readiness.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { problemsOf, type PlanStanding } from "../../domain/failover/standing.ts";
import { isPlanned, needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import { onCallDetails, requireRoleAudited } from "../access/permissions.ts";
import { planCover } from "../access/plan-cover.ts";
import type { Context } from "../shared/context.ts";
import { readinessOf } from "./check-readiness.ts";
import { standingReader } from "./plan-standing.ts";
import { findRunBlockers } from "./run-blockers.ts";
import { planFailoverSteps } from "./plan-failover.ts";

/** What a failover would do now. */
export interface DrilledPlan {
  readonly saved: SavedPlan;
  readonly steps: readonly RunStep[];
  readonly blockers: readonly Blocker[];
  readonly drill: Drill;
  /** Whether the plan is ready, after this drill. */
  readonly standing: PlanStanding;
}

/**
 * Reads and checks everything that a failover would read. For operators, with its entry. Changes nothing at the
 * vendors. Throws not_allowed, not_found and not_recorded.
 */
export async function drillPlan(ctx: Context, slug: string): Promise<DrilledPlan> {
  const { onCall } = await requireRoleAudited(ctx, "operator", "drill failovers");
  const saved = await ctx.workspace.plans.get(slug);
  const { revision } = saved;
  const begun = { revision, at: ctx.now().toISOString() };
  const counted = { ...begun, ready: 0, of: 0, isGreen: false };
  const cover = await planCover(ctx, saved, counted);
  const steps = await planFailoverSteps(ctx, saved, cover);
  const blockers = await findRunBlockers(ctx, steps);
  const ready = steps.filter(isReady).length;
  const standingNow = await standingReader(ctx);
  const standing = await standingNow(saved, { problems: problemsOf(steps, blockers), drill: counted });
  const isGreen = standing.repairCount === 0;
  const drill: Drill = { ...begun, ready, of: steps.length, isGreen };
  await ctx.workspace.planStates.noteDrill(slug, drill, {
    kind: "failover.drilled",
    actor: ctx.actor,
    requestId: ctx.requestId,
    outcome: "applied",
    details: {
      plan: slug,
      revision: String(revision),
      ready: String(ready),
      of: String(steps.length),
      result: isGreen ? "green" : "not_ready",
      ...onCallDetails(onCall?.role),
    },
  });
  const before = await ctx.workspace.planStates.find(slug);
  // The check tells the owner, once.
  const found = { ...readinessOf(ctx, saved, standing), soon: before?.readiness?.soon };
  await ctx.workspace.planStates.noteReadiness(slug, found, before?.isTold === true);
  return { saved, steps, blockers, drill, standing };
}

/** Whether a run would switch a number at once, without anybody's approval, or has nothing to do with it. */
function isReady(step: RunStep): boolean {
  return step.verdict.kind === "already_so" || (isPlanned(step) && !needsApproval(step));
}
