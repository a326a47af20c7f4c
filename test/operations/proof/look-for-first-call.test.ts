import { expect, it } from "vitest";
import type { FirstCallNotice } from "../../../src/domain/changes/first-call-notice.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { agesOf } from "../../../src/domain/shared/age.ts";
import { lookForFirstCall } from "../../../src/operations/proof/look-for-first-call.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

const minute = 60_000;

/** A change from agent_a to agent_b that took effect, and a call that agent_a still answered. */
async function startContradicted(ahead = 0, refused?: Problem) {
  const world = await startWorld();
  const { requested } = await world.record("chg_1", "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  const startedAt = new Date(world.now().getTime() + 10_000);
  const call = { id: "call_1", startedAt, status: "completed", agentId: "agent_a" } as const;
  const { accounts } = world.ctx;
  const open: typeof accounts.open = (...given) => ({
    ...accounts.open(...given),
    listCalls: async () => {
      if (refused) throw refused;
      return { calls: [call], at: undefined, isPartial: false };
    },
  });
  let isSkewed = false;
  const clock = { isSkewed: () => isSkewed };
  const ctx = { ...world.ctx, accounts: { ...accounts, open }, isClockSkewed: clock.isSkewed };
  const ages = agesOf({ now: world.now, monotonicMs: () => world.timer.monotonicMs(), clock });
  const told: (string | undefined)[] = [];
  let fails = false;
  const notifier = {
    firstCall: async (_ctx: unknown, { news, ended }: FirstCallNotice) => {
      if (fails) throw new Error("Slack is down.");
      told.push(ended?.why ?? news.join());
    },
  };
  return {
    world,
    told,
    look: async (changeId = "chg_1") =>
      lookForFirstCall(ctx, changeId, { notifier, ages, ahead: async () => ahead }),
    setAhead: (ms: number) => {
      world.setClock(ms);
      isSkewed = ms > 0;
    },
    fail: () => {
      fails = true;
    },
  };
}

it("says once that the key may not read calls, and lets the runs of other changes know", async () => {
  const refused = new Problem("credentials_rejected", "The key may not read calls.");
  const { world, told, look } = await startContradicted(0, refused);
  await world.pass(20_000);
  await look();
  const { requested } = await world.record("chg_2", "agent_b", "agent_a", { run: "run_2" });
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  await world.pass(20_000);
  await look("chg_2");
  expect(told).toEqual(["denied", "denied_before"]);
});

it("looks at a number behind five others 20 s later, and then half as often", async () => {
  const { world, told, look } = await startContradicted(7);
  world.shown = { ...worldNumber, agent: { id: "agent_b" } };
  await world.pass(20_000);
  expect([await look(), told]).toEqual([20_000, []]);
  await world.pass(20_000);
  expect([await look(), told]).toEqual([2 * minute, ["proof.contradicted"]]);
  await world.pass(14 * minute);
  expect(await look()).toBe(20_000);
});

it("looks again while the number cannot be read that a call contradicts, and ends at the last look", async () => {
  const { world, told, look } = await startContradicted();
  world.shown = undefined;
  await world.pass(minute);
  expect(await look()).toBe(minute);
  await world.pass(14 * minute);
  expect(await look()).toBeUndefined();
  expect(told).toEqual(["unread"]);
});

it("throws what passes until the time is over, and ends then", async () => {
  const { world, look, fail } = await startContradicted();
  world.shown = { ...worldNumber, agent: { id: "agent_b" } };
  fail();
  await world.pass(16 * minute);
  await expect(look()).rejects.toThrow("Slack is down.");
  await world.pass(2 * minute);
  expect(await look()).toBeUndefined();
  expect(world.log).toContainEqual({
    level: "error",
    message: "first calls after a change not looked for any more",
  });
});

it("ends although the clock was ahead when the outcome was written", async () => {
  const { world, told, look } = await startContradicted();
  world.shown = undefined;
  world.setClock(-60 * minute);
  expect(await look()).toBe(20_000);
  await world.pass(15 * minute);
  expect(await look()).toBeUndefined();
  expect(told).toEqual(["unread"]);
});

it("ends no earlier although the clock is 90 s ahead of the one that wrote the outcome", async () => {
  const { world, told, look, setAhead } = await startContradicted();
  world.shown = undefined;
  await look();
  setAhead(90_000);
  await look();
  // The last look, by the clock of this server.
  await world.pass(14 * minute);
  expect(await look()).toBe(minute);
  expect(told).toEqual([]);
  await world.pass(minute);
  expect(await look()).toBeUndefined();
  expect(told).toEqual(["unread"]);
});
