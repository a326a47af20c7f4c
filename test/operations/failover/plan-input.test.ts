import { expect, it } from "vitest";
import { defaultStopRule, type Plan } from "../../../src/domain/failover/plan.ts";
import { planFrom } from "../../../src/operations/failover/plan-input.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

it("waits after the tier that is the first one once all numbers of the former one are removed", async () => {
  const { ctx } = await startWorld();
  const [connection] = await ctx.workspace.connections.list();
  const change = { kind: "reassign", agentId: "agent_b" } as const;
  const tierOf = (name: string, numberId: string) => ({
    name,
    askBeforeNext: false,
    members: [{ connectionId: connection?.id ?? "", numberId, change }],
  });
  const plan: Plan = {
    slug: "silent",
    title: "Agents are silent",
    when: undefined,
    owner: undefined,
    defaultForMs: 60 * 60_000,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [tierOf("canary", worldNumber.id), tierOf("few", "pn_2"), tierOf("rest", "pn_3")],
  };
  const { slug, title, when, owner } = plan;
  const { tiers } = await planFrom(
    ctx,
    {
      slug,
      title,
      when,
      owner,
      runbook: undefined,
      defaultFor: "1h",
      first: "1",
      add: undefined,
      afterFirst: "first_call",
      remove: worldNumber.e164,
    },
    plan,
  );
  expect(tiers.map(({ name, awaitsFirstCall }) => [name, awaitsFirstCall])).toEqual([
    ["few", true],
    ["rest", undefined],
  ]);
});
