import { beforeEach, expect, it } from "vitest";
import type { Agent, PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import { holdingAgentFor } from "../../../src/operations/numbers/holding-agent.ts";
import { openConnection } from "../../../src/operations/shared/context.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const holding: Agent = { id: "agent_hold", name: "Holding message" };

/** The id of the agent that is offered for a number, where the settings name this one. */
async function offered(
  name: string,
  agents: readonly Agent[] | undefined,
  number: Partial<PhoneNumber> = {},
): Promise<string | undefined> {
  const { ctx } = world;
  world.agents = agents;
  await ctx.workspace.settings.write({ holdingAgent: name }, { actor: ctx.actor, requestId: ctx.requestId });
  const [connection] = await ctx.workspace.connections.list();
  const open = await openConnection(ctx, connection?.id ?? "");
  return (await holdingAgentFor(ctx, open, { ...worldNumber, ...number }))?.id;
}

it("offers the agent with exactly this name or id, whatever its case and quotes", async () => {
  const agents = [{ id: "agent_b", name: "Holding message (old)" }, holding];
  expect(await offered("“HOLDING message”", agents)).toBe("agent_hold");
  expect(await offered("agent_hold", agents)).toBe("agent_hold");
  expect(await offered("AGENT_HOLD", agents)).toBeUndefined();
  expect(await offered("Holding", agents)).toBeUndefined();
  expect(await offered("Holding message (old) 2", agents)).toBeUndefined();
});

it("offers none of two with the name, except the only one that can answer", async () => {
  const namesake = { id: "agent_2", name: "holding message" };
  expect(await offered("Holding message", [holding, namesake])).toBeUndefined();
  expect(await offered("agent_2", [holding, namesake])).toBe("agent_2");
  expect(await offered("agent_2", [{ id: "agent_3", name: "agent_2" }, namesake])).toBeUndefined();
  expect(await offered("Holding message", [holding, { ...namesake, unbindable: "it is archived" }])).toBe(
    "agent_hold",
  );
});

it("offers no agent that was renamed or removed, answers already, or cannot be read", async () => {
  expect(await offered("Holding message", [{ ...holding, name: "Hold" }])).toBeUndefined();
  expect(await offered("Holding message", [])).toBeUndefined();
  expect(await offered("Holding message", [holding], { agent: { id: "agent_hold" } })).toBeUndefined();
  expect(await offered("Holding message", undefined)).toBeUndefined();
  expect(await offered("Holding message", [holding], { unbindable: "it only makes calls" })).toBeUndefined();
  expect(await offered("Holding message", [holding], { agent: null })).toBe("agent_hold");
});
