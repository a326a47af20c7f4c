import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { processExpiry } from "../../../src/operations/expiry/process-expiry.ts";
import { minute } from "../../support/fixtures.ts";
import { worldNumber } from "../../support/world.ts";
import { everyMs, startExpiryWorld, type ExpiryWorld } from "./expiry-world.ts";

let at: ExpiryWorld;
beforeEach(async () => {
  at = await startExpiryWorld();
});

it("does each step on time, and once", async () => {
  await at.look();
  expect([await at.state(), await at.dueIn(), at.said()]).toEqual(["running", 0, []]);
  await at.look();
  expect(await at.dueIn()).toBe(24 * minute);
  await at.world.pass(24 * minute);
  await at.look();
  expect([await at.state(), await at.dueIn(), at.said()]).toEqual(["reminded", 6 * minute, ["reminder"]]);
  await at.world.pass(6 * minute);
  await at.look();
  expect([await at.state(), at.said(), at.sent]).toEqual(["over", ["reminder", "reverted"], 1]);
  await at.look();
  expect([at.said().length, at.sent]).toEqual([2, 1]);
});

it("does nothing for a change that was refused", async () => {
  const { requested } = await at.ctx.workspace.audit.change("chg_1");
  await at.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "refused" });
  await at.look();
  expect([await at.state(), at.said()]).toEqual(["over", []]);
});

it("waits for the end of a freeze, says so once, and then restores the number", async () => {
  at.refusal = new Problem("frozen", "Changes are frozen until 06:00.");
  await at.world.pass(31 * minute);
  for (let round = 0; round < 5; round += 1) {
    await at.look();
    await at.world.pass(5 * minute);
  }
  expect([at.said(), at.sent, await at.state()]).toEqual([["frozen"], 0, "reverting"]);
  at.refusal = undefined;
  await at.look();
  expect([at.said(), at.sent]).toEqual([["frozen", "reverted"], 1]);
});

it("gives up after a day if the freeze lasts longer", async () => {
  at.refusal = new Problem("frozen", "Changes are frozen until further notice.");
  await at.look();
  await at.world.pass(31 * minute);
  await at.look();
  await at.world.pass(24 * 60 * minute);
  await at.look();
  expect([at.said(), await at.state()]).toEqual([["frozen", "failed"], "over"]);
});

it("leaves a number that needs approval to people", async () => {
  at.refusal = new Problem("approval_required", "Main line is protected: somebody else has to approve this.");
  await at.look();
  await at.world.pass(31 * minute);
  await at.look();
  expect([at.said(), at.sent, await at.state()]).toEqual([["failed"], 0, "over"]);
  const [entry] = await at.ctx.workspace.audit.entries({ limit: 1 });
  expect(entry).toMatchObject({
    kind: "timed.left",
    problem: { code: "approval_required" },
    changeId: "chg_1",
  });
});

it("retries with a new id what was stored and never started", async () => {
  await at.look();
  const temporary = await at.ctx.workspace.temporaryChanges.find("chg_1");
  if (!temporary) throw new Error("there is an end");
  await at.ctx.workspace.temporaryChanges.replace({
    ...temporary,
    state: "reverting",
    revertId: "chg_never",
    attempts: 1,
  });
  await at.world.pass(31 * minute);
  await at.look();
  expect([at.said(), at.sent]).toEqual([["reverted"], 1]);
});

it("sends nothing while an attempt is on record without an outcome", async () => {
  await at.world.pass(31 * minute);
  await at.world.record("chg_2", "agent_b", "agent_a");
  await at.look();
  const temporary = await at.ctx.workspace.temporaryChanges.find("chg_1");
  if (!temporary) throw new Error("there is an end");
  await at.ctx.workspace.temporaryChanges.replace({
    ...temporary,
    state: "reverting",
    revertId: "chg_2",
    attempts: 1,
  });
  for (let round = 0; round < 3; round += 1) {
    await at.look();
    await at.world.pass(minute);
  }
  expect([at.said(), at.sent]).toEqual([[], 0]);
});

it("reports twice rather than never if it cannot store that it has reported", async () => {
  await at.look();
  await at.world.pass(31 * minute);
  const { temporaryChanges: temporary, audit } = at.ctx.workspace;
  const cannot = new Problem("not_recorded", "The disk is full.");
  const full: Context = {
    ...at.ctx,
    workspace: {
      ...at.ctx.workspace,
      temporaryChanges: {
        ...temporary,
        replace: async (next, event) => {
          if (next.state === "over") throw cannot;
          return temporary.replace(next, event);
        },
      },
    },
  };
  await expect(processExpiry(full, "chg_1", at.notifier)).rejects.toBe(cannot);
  await at.look();
  expect([at.said(), at.sent, await at.state()]).toEqual([["reverted", "reverted"], 1, "over"]);
  expect((await audit.changes({ limit: 10 })).map(({ outcome }) => outcome?.outcome)).toEqual([
    "applied",
    "applied",
  ]);
});

it("logs that an expiry cannot be processed, and retries", async () => {
  let broken = true;
  const { round } = at.job({
    contextFor: () => {
      if (broken) throw new Error("no context");
      return at.ctx;
    },
  });
  await at.world.pass(31 * minute);
  await round();
  expect(at.world.log.filter(({ level }) => level === "error")).toHaveLength(1);
  broken = false;
  await at.world.pass(everyMs);
  await Promise.all([round(), round()]);
  expect([at.said(), at.sent]).toEqual([["reverted"], 1]);
});

it("retries if freezes cannot be read", async () => {
  await at.look();
  await at.world.pass(31 * minute);
  const { freezes } = at.ctx.workspace;
  const unreadable = async () => {
    throw new Error("the disk reports an error");
  };
  const blind = { ...at.ctx, workspace: { ...at.ctx.workspace, freezes: { ...freezes, list: unreadable } } };
  await processExpiry(blind, "chg_1", at.notifier);
  expect([at.said(), at.sent, await at.state()]).toEqual([[], 0, "reverting"]);
  await at.world.pass(minute);
  await at.look();
  expect([at.said(), at.sent]).toEqual([["reverted"], 1]);
});

it("says that the vendor no longer reports the agent, rather than that someone changed it", async () => {
  await at.look();
  at.world.shown = { ...worldNumber, agent: undefined };
  await at.world.pass(31 * minute);
  await at.look();
  expect([at.said(), at.sent, await at.state()]).toEqual([["failed"], 0, "over"]);
  expect(at.told).toMatchObject([
    { problem: { message: expect.stringContaining("Cartesia no longer says who answers this number") } },
  ]);
});

it("tries again after ten seconds, then less and less often", async () => {
  await at.look();
  await at.world.pass(30 * minute);
  at.refusal = new Problem("vendor_unavailable", "The vendor is down.");
  const waits: number[] = [];
  for (let tried = 0; tried < 5; tried += 1) {
    await at.look();
    waits.push((await at.dueIn()) / 1000);
    await at.world.pass(await at.dueIn());
  }
  expect(waits).toEqual([10, 30, 60, 120, 300]);
  expect(at.sent).toBe(0);
});
