import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { Drill } from "../../domain/failover/readiness.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import type { PlanCover } from "../../domain/failover/plan-approval.ts";
import { isPlanned, needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { planCover } from "../access/plan-cover.ts";
import type { Context } from "../shared/context.ts";
import { findRunBlockers } from "./run-blockers.ts";
import { planFailoverSteps } from "./plan-failover.ts";

/** What a failover would do now. */
export interface DrilledPlan {
  readonly saved: SavedPlan;
  readonly steps: readonly RunStep[];
  readonly blockers: readonly Blocker[];
  readonly drill: Drill;
  /** Whether the approval of the plan counts for its protected numbers, after this drill. */
  readonly cover: PlanCover;
}

/**
 * Reads everything that a failover would read, and judges it. For operators, with its entry. Changes nothing at the
 * vendors. Throws not_allowed, not_found and not_recorded.
 */
export async function drillPlan(ctx: Context, slug: string): Promise<DrilledPlan> {
  await requireRoleAudited(ctx, "operator", "drill failovers");
  const saved = await ctx.workspace.plans.get(slug);
  const { revision } = saved;
  const begun = { revision, at: ctx.now().toISOString() };
  const cover = await planCover(ctx, saved, { ...begun, ready: 0, of: 0, isGreen: false });
  const steps = await planFailoverSteps(ctx, saved, cover);
  const blockers = await findRunBlockers(ctx, steps);
  const ready = steps.filter(isReady).length;
  const isGreen = ready === steps.length && blockers.length === 0;
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
    },
  });
  return { saved, steps, blockers, drill, cover };
}

/** Whether a run would switch a number now without anybody's approval, or has nothing to do with it. */
function isReady(step: RunStep): boolean {
  return step.verdict.kind === "already_so" || (isPlanned(step) && !needsApproval(step));
}
