import { beforeEach, expect, it } from "vitest";
import { defaultStopRule, type AfterFirst, type Plan } from "../../../src/domain/failover/plan.ts";
import { planFrom } from "../../../src/operations/failover/plan-input.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
let plan: Plan;
beforeEach(async () => {
  world = await startWorld();
  const [connection] = await world.ctx.workspace.connections.list();
  const change = { kind: "reassign", agentId: "agent_b" } as const;
  const tierOf = (name: string, numberId: string) => ({
    name,
    askBeforeNext: false,
    members: [{ connectionId: connection?.id ?? "", numberId, change }],
  });
  plan = {
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
});

/** The plan once its form has removed the first number. */
async function withoutFirst(afterFirst: AfterFirst): Promise<Plan> {
  const { slug, title, when, owner } = plan;
  const typed = {
    defaultFor: "1h",
    first: "1",
    add: undefined,
    runbook: undefined,
    remove: worldNumber.e164,
  };
  return planFrom(world.ctx, { slug, title, when, owner, ...typed, afterFirst }, plan);
}

it("waits after the tier that is the first one once all numbers of the former one are removed", async () => {
  const { tiers } = await withoutFirst("first_call");
  expect(tiers.map(({ name, awaitsFirstCall }) => [name, awaitsFirstCall])).toEqual([
    ["few", true],
    ["rest", undefined],
  ]);
});

it("refuses to wait for a first call after the only tier, and says that nothing follows it", async () => {
  plan = { ...plan, tiers: plan.tiers.slice(0, 2) };
  for (const afterFirst of ["first_call", "first_call_ask"] as const)
    await expect(withoutFirst(afterFirst)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("none waits for a first call"),
      details: { field: "after_first" },
    });
  expect((await withoutFirst("go_on")).tiers).toHaveLength(1);
});
