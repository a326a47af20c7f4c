import { agentKey, wantedState } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { isPlanned, type RunStep } from "../../domain/runs/run-step.ts";
import type { RunTerms } from "../../domain/runs/run.ts";
import type { Context } from "../shared/context.ts";
import { whyUnseen } from "./load-run-calls.ts";

/**
 * Steps with a mark on those whose first calls a tier waits for. It does not wait for a vendor without a log of calls,
 * a key that may not read it, a number that gets no agent, and nothing if the workspace does not look for first calls.
 * Sends no request.
 */
export async function markAwaitedCalls(
  ctx: Context,
  tiers: readonly Pick<RunTerms["tiers"][number], "awaitsFirstCall">[],
  steps: readonly RunStep[],
): Promise<RunStep[]> {
  const awaits = (tier: number): boolean => tier < tiers.length - 1 && tiers[tier]?.awaitsFirstCall === true;
  if (![...tiers.keys()].some(awaits)) return [...steps];
  const { firstCall = "watch" } = await ctx.workspace.settings.read();
  const connectionIds = new Set(steps.filter(({ tier }) => awaits(tier)).map(({ key }) => key.connectionId));
  const seen = new Set<string>();
  for (const id of connectionIds) if (firstCall === "watch" && !(await whyUnseen(ctx, id))) seen.add(id);
  return steps.map((step) => {
    const { tier, key, change } = step;
    const hasAgent = change !== undefined && typeof ownValue(wantedState(change), agentKey) === "string";
    const isAwaited = awaits(tier) && isPlanned(step) && hasAgent && seen.has(key.connectionId);
    return isAwaited ? { ...step, awaitsCall: true } : step;
  });
}
