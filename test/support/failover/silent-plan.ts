import type { Harness } from "../../../src/demo/harness.ts";
import { defaultStopRule, type Plan } from "../../../src/domain/failover/plan.ts";
import { cli, holding, hour, teamId } from "../fixtures.ts";

/** Saves the plan `silent`, which sends numbers to the holding message, with one tier for each list. */
export async function silentPlan(
  harness: Harness,
  tiers: readonly (readonly string[])[],
  more: Partial<Plan> = {},
): Promise<void> {
  const connectionId = harness.connections.cartesia?.id ?? "";
  const plan: Plan = {
    slug: "silent",
    title: "Agents are silent",
    when: "Callers hear nothing.",
    owner: undefined,
    defaultForMs: 2 * hour,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: tiers.map((ids, index) => ({
      name: `tier ${index + 1}`,
      askBeforeNext: false,
      members: ids.map((numberId) => ({
        connectionId,
        numberId,
        change: { kind: "reassign", agentId: holding },
      })),
    })),
    ...more,
  };
  const requestId = harness.infra.newId("req");
  await harness.infra.store.workspace(teamId).plans.save(plan, { actor: cli, requestId });
}
