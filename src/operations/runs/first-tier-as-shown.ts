import { Problem } from "../../domain/problem/problem.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import { findNewerChange } from "../change/newer-change.ts";
import type { Context } from "../shared/context.ts";

/**
 * Requires that a number of the first tier is as it was shown. Its steps leave alone what somebody has changed since, so
 * without one the run would change nothing, or the other tiers unproved. Throws conflict.
 */
export async function assertFirstTierIsAsShown(
  ctx: Context,
  { id: runId, state, returns, steps, terms }: Pick<Run, "id" | "state" | "returns" | "steps" | "terms">,
): Promise<void> {
  // One that has begun is refused as that.
  if (state !== "shown") return;
  const planned = steps.filter(isPlanned);
  const tier = Math.min(...planned.map((step) => step.tier));
  for (const { key, change, newest: sequence } of planned.filter((step) => step.tier === tier)) {
    const newer =
      change && sequence !== undefined
        ? await findNewerChange(ctx, { key, change }, { sequence, runId })
        : undefined;
    if (!newer) return;
    // Its beginning is refused, and says who began that run.
    if ((await ctx.workspace.runs.holding(key)).some(({ id }) => id !== returns)) return;
  }
  if (planned.length === 0) return;
  const which = terms.tiers.length > 1 ? "Every number of its first tier" : "Every number";
  throw new Problem("conflict", `${which} was changed since this preview.`);
}
