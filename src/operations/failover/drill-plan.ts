import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { Drill } from "../../domain/failover/readiness.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { isPlanned, type RunStep } from "../../domain/runs/run-step.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { findRunBlockers } from "./run-blockers.ts";
import { planFailoverSteps } from "./plan-failover.ts";

/** What a failover would do now. */
export interface DrilledPlan {
  readonly saved: SavedPlan;
  readonly steps: readonly RunStep[];
  readonly blockers: readonly Blocker[];
  readonly drill: Drill;
}

/**
 * Reads everything that a failover would read, and judges it. For operators, with its entry. Changes nothing at the
 * vendors. Throws not_allowed, not_found and not_recorded.
 */
export async function drillPlan(ctx: Context, slug: string): Promise<DrilledPlan> {
  await requireRoleAudited(ctx, "operator", "drill failovers");
  const saved = await ctx.workspace.plans.get(slug);
  const steps = await planFailoverSteps(ctx, saved);
  const blockers = await findRunBlockers(ctx, steps);
  const ready = steps.filter((step) => isPlanned(step) || step.verdict.kind === "already_so").length;
  const isGreen = ready === steps.length && blockers.length === 0;
  const { revision } = saved;
  const drill: Drill = { revision, at: ctx.now().toISOString(), ready, of: steps.length, isGreen };
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
  return { saved, steps, blockers, drill };
}
