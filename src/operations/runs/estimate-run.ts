import { isProblem } from "../../domain/problem/problem.ts";
import { isPlanned, type RunStep } from "../../domain/runs/run-step.ts";
import { openConnection, type Context } from "../shared/context.ts";

/**
 * How long a run takes at the vendors' rate limits, as far as Patchbay knows, in milliseconds: tiers one after the other,
 * the connections of a tier side by side. Pauses are not in it. Sends no request.
 */
export async function estimateRun(ctx: Context, steps: readonly RunStep[]): Promise<number> {
  const planned = steps.filter(isPlanned);
  const before = new Map<string, number>();
  let totalMs = 0;
  for (const tier of [...new Set(planned.map((step) => step.tier))].toSorted((a, b) => a - b)) {
    let longestMs = 0;
    for (const [connectionId, count] of countsOf(planned.filter((step) => step.tier === tier))) {
      const timeMs = await bulkTimeOf(ctx, connectionId);
      const done = before.get(connectionId) ?? 0;
      longestMs = Math.max(longestMs, timeMs(done + count) - timeMs(done));
      before.set(connectionId, done + count);
    }
    totalMs += longestMs;
  }
  return totalMs;
}

function countsOf(steps: readonly RunStep[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of steps) counts.set(key.connectionId, (counts.get(key.connectionId) ?? 0) + 1);
  return counts;
}

/** A connection that cannot be opened takes no time: its steps fail at once. */
async function bulkTimeOf(ctx: Context, connectionId: string): Promise<(steps: number) => number> {
  try {
    const { account } = await openConnection(ctx, connectionId);
    return (steps) => account.bulkTimeMs?.(steps) ?? 0;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return () => 0;
  }
}
