import type { SavedPlan } from "../../domain/failover/plan.ts";
import { coversNumber, type PlanCover } from "../../domain/failover/plan-approval.ts";
import type { RunStep } from "../../domain/runs/run-step.ts";
import { markAwaitedCalls } from "../runs/mark-awaited-calls.ts";
import { planChange, readSurroundings, type WantedChange } from "../runs/plan-change.ts";
import { atOncePerConnection } from "../shared/bulk.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";

/**
 * What a failover would do with each number of a plan now. Each number is read live. A number that cannot be read or
 * switched gets a verdict that says why. What protects a number is no obstacle, because it can be approved: with the
 * plan, if its approval counts, or else with the run. Changes nothing.
 */
export async function planFailoverSteps(
  asking: Context,
  { plan }: SavedPlan,
  cover: PlanCover,
): Promise<RunStep[]> {
  const ctx = derivedContext(asking, { lookedUp: new Map() });
  const around = await readSurroundings(ctx, (key, wanted) => {
    if (wanted === 0) return undefined;
    return coversNumber(cover, key, wanted) ? "plan" : "run";
  });
  const members = plan.tiers.flatMap(({ members: own }, tier) => own.map((member) => ({ ...member, tier })));
  const steps: RunStep[] = [];
  const keyOf = ({ connectionId }: WantedChange): string => connectionId;
  await forEachConcurrent(members, { keyOf, atOnce: atOncePerConnection }, async (each, index) => {
    steps[index] = await planChange(ctx, each, around);
  });
  return markAwaitedCalls(ctx, plan.tiers, steps);
}
