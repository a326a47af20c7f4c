import { beforeEach, expect, it } from "vitest";
import { minute } from "../../support/fixtures.ts";
import { worldNumber } from "../../support/world.ts";
import { startExpiryWorld, type ExpiryWorld } from "./expiry-world.ts";

let at: ExpiryWorld;
beforeEach(async () => {
  at = await startExpiryWorld();
});

it("skips a number that a newer permanent change has set to the same value, and says whose it is", async () => {
  await at.look();
  await at.later("chg_2", "agent_b", "agent_c");
  await at.later("chg_3", "agent_c", "agent_b");
  await at.world.pass(31 * minute);
  await at.look();
  expect([at.said(), at.sent, await at.state()]).toEqual([["moved"], 0, "over"]);
  expect(at.told[0]).toMatchObject({ by: { requested: { changeId: "chg_3" } } });
});

// B5
it("waits while the outcome of a newer change is unknown, and skips the number once it took effect", async () => {
  await at.world.record("chg_2", "agent_b", "agent_c");
  // The vendor has taken it and does not show it yet.
  await at.world.pass(31 * minute);
  await at.look();
  await at.world.pass(5 * minute);
  await at.look();
  expect([at.sent, at.said(), await at.state()]).toEqual([0, [], "running"]);
  const { requested } = await at.ctx.workspace.audit.change("chg_2");
  await at.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  at.world.shown = { ...worldNumber, agent: { id: "agent_c" } };
  await at.look();
  expect([at.sent, at.said(), await at.state()]).toEqual([0, ["moved"], "over"]);
});

// B5
it("restores the number once a newer change proves to have had no effect", async () => {
  await at.world.record("chg_2", "agent_b", "agent_c");
  await at.world.pass(31 * minute);
  await at.look();
  const { requested } = await at.ctx.workspace.audit.change("chg_2");
  await at.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "refused" });
  await at.look();
  expect([at.sent, at.said()]).toEqual([1, ["reverted"]]);
});

it("restores a number that an undo of a newer change has set to the same value", async () => {
  await at.look();
  await at.later("chg_2", "agent_b", "agent_c");
  await at.later("chg_3", "agent_c", "agent_b", "chg_2");
  await at.world.pass(31 * minute);
  await at.look();
  expect([at.said(), at.sent]).toEqual([["reverted"], 1]);
});
