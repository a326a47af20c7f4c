import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { processExpiry } from "../../../src/operations/expiry/process-expiry.ts";
import type { ExpiryEvent } from "../../../src/domain/changes/expiry-notice.ts";
import { expireNow } from "../../../src/operations/expiry/manage-expiry.ts";
import { expiryJob, type ExpiryJobOptions } from "../../../src/operations/expiry/expiry-job.ts";
import { minute } from "../../support/fixtures.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
let ctx: Context;
let told: ExpiryEvent[];
const notifier = fakeNotifier({ temporaryChange: async (_ctx, { event }) => void told.push(event) });
let sent: number;
/** What the change pipeline throws instead of sending, if anything. */
let refusal: Problem | undefined;

beforeEach(async () => {
  world = await startWorld();
  told = [];
  sent = 0;
  refusal = undefined;
  const account = world.ctx.accounts.trial("cartesia", {});
  ctx = {
    ...world.ctx,
    actor: { kind: "system", job: "timed" },
    accounts: {
      ...world.ctx.accounts,
      open: () => ({
        ...account,
        getAgent: async (id) => ({ id, name: id }),
        buildPatch: () => {
          if (refusal) throw refusal;
          return {};
        },
        patch: async () => {
          sent += 1;
          world.shown = worldNumber;
          return { status: 200, number: worldNumber };
        },
      }),
    },
  };
  await timedChange();
});

/** A change from agent_a to agent_b that took effect and ends in half an hour. */
async function timedChange(): Promise<void> {
  const [connection] = await ctx.workspace.connections.list();
  if (!connection) throw new Error("the world has a connection");
  const key = { connectionId: connection.id, numberId: worldNumber.id };
  const event = {
    actor: { kind: "user", userId: "U1", workspaceId: "T1" },
    requestId: "req_1",
    changeId: "chg_1",
    change: "reassign",
    connection: { id: connection.id, vendor: "cartesia", name: "prod" },
    number: { ...key, e164: worldNumber.e164, name: "Main line" },
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
  } as const;
  const after = (ms: number): Date => new Date(world.now().getTime() + ms);
  await ctx.workspace.temporaryChanges.begin(
    { ...event, kind: "change.requested" },
    {
      ...key,
      changeId: "chg_1",
      endsAt: after(30 * minute),
      lastsMs: 30 * minute,
      remindAt: after(24 * minute),
      dueAt: world.now(),
      place: { userId: "U1" },
    },
  );
  await ctx.workspace.audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
  world.shown = { ...worldNumber, agent: { id: "agent_b" } };
}

const look = async (): Promise<boolean> => processExpiry(ctx, "chg_1", notifier);
const everyMs = 1_000;
const job = (more: Partial<ExpiryJobOptions> = {}) =>
  expiryJob({
    queue: world.store.work,
    log: ctx.log,
    timer: world.timer,
    everyMs,
    contextFor: () => ctx,
    notifier,
    track: () => undefined,
    ...more,
  });
const said = (): string[] => told.map(({ kind }) => kind);
const state = async (): Promise<string | undefined> =>
  (await ctx.workspace.temporaryChanges.find("chg_1"))?.state;
const dueIn = async (): Promise<number> =>
  ((await ctx.workspace.temporaryChanges.find("chg_1"))?.dueAt.getTime() ?? 0) - world.now().getTime();

it("does each step on time, and once", async () => {
  await look();
  expect([await state(), await dueIn(), said()]).toEqual(["running", 0, []]);
  await look();
  expect(await dueIn()).toBe(24 * minute);
  await world.pass(24 * minute);
  await look();
  expect([await state(), await dueIn(), said()]).toEqual(["reminded", 6 * minute, ["reminder"]]);
  await world.pass(6 * minute);
  await look();
  expect([await state(), said(), sent]).toEqual(["over", ["reminder", "reverted"], 1]);
  await look();
  expect([said().length, sent]).toEqual([2, 1]);
});

it("does nothing for a change that was refused", async () => {
  const { requested } = await ctx.workspace.audit.change("chg_1");
  await ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "refused" });
  await look();
  expect([await state(), said()]).toEqual(["over", []]);
});

it("waits for the end of a freeze, says so once, and then restores the number", async () => {
  refusal = new Problem("frozen", "Changes are frozen until 06:00.");
  await world.pass(31 * minute);
  for (let round = 0; round < 5; round += 1) {
    await look();
    await world.pass(5 * minute);
  }
  expect([said(), sent, await state()]).toEqual([["frozen"], 0, "reverting"]);
  refusal = undefined;
  await look();
  expect([said(), sent]).toEqual([["frozen", "reverted"], 1]);
});

it("gives up after a day if the freeze lasts longer", async () => {
  refusal = new Problem("frozen", "Changes are frozen until further notice.");
  await look();
  await world.pass(31 * minute);
  await look();
  await world.pass(24 * 60 * minute);
  await look();
  expect([said(), await state()]).toEqual([["frozen", "failed"], "over"]);
});

it("leaves a number that needs approval to people", async () => {
  refusal = new Problem("approval_required", "Main line is protected: somebody else has to approve this.");
  await look();
  await world.pass(31 * minute);
  await look();
  expect([said(), sent, await state()]).toEqual([["failed"], 0, "over"]);
  const [entry] = await ctx.workspace.audit.entries({ limit: 1 });
  expect(entry).toMatchObject({
    kind: "timed.left",
    problem: { code: "approval_required" },
    changeId: "chg_1",
  });
});

it("retries with a new id what was stored and never started", async () => {
  await look();
  const temporary = await ctx.workspace.temporaryChanges.find("chg_1");
  if (!temporary) throw new Error("there is an end");
  await ctx.workspace.temporaryChanges.replace({
    ...temporary,
    state: "reverting",
    revertId: "chg_never",
    tries: 1,
  });
  await world.pass(31 * minute);
  await look();
  expect([said(), sent]).toEqual([["reverted"], 1]);
});

it("sends nothing while an attempt is on record without an outcome", async () => {
  await world.pass(31 * minute);
  await world.record("chg_2", "agent_b", "agent_a");
  await look();
  const temporary = await ctx.workspace.temporaryChanges.find("chg_1");
  if (!temporary) throw new Error("there is an end");
  await ctx.workspace.temporaryChanges.replace({
    ...temporary,
    state: "reverting",
    revertId: "chg_2",
    tries: 1,
  });
  for (let round = 0; round < 3; round += 1) {
    await look();
    await world.pass(minute);
  }
  expect([said(), sent]).toEqual([[], 0]);
});

it("reports twice rather than never if it cannot store that it has reported", async () => {
  await look();
  await world.pass(31 * minute);
  const { temporaryChanges: temporary, audit } = ctx.workspace;
  const cannot = new Problem("not_recorded", "The disk is full.");
  const full: Context = {
    ...ctx,
    workspace: {
      ...ctx.workspace,
      temporaryChanges: {
        ...temporary,
        replace: async (next, event) => {
          if (next.state === "over") throw cannot;
          return temporary.replace(next, event);
        },
      },
    },
  };
  await expect(processExpiry(full, "chg_1", notifier)).rejects.toBe(cannot);
  await look();
  expect([said(), sent, await state()]).toEqual([["reverted", "reverted"], 1, "over"]);
  expect((await audit.changes({ limit: 10 })).map(({ outcome }) => outcome?.outcome)).toEqual([
    "applied",
    "applied",
  ]);
});

/** A later change of the same field, on record, that took effect. */
async function later(changeId: string, from: string, to: string, undoes?: string): Promise<void> {
  const { requested } = await ctx.workspace.audit.change("chg_1");
  const change = { before: { agent: from }, wanted: { agent: to }, details: undoes ? { undoes } : undefined };
  const event = { ...requested, ...change, changeId, requestId: changeId, sequence: undefined };
  await ctx.workspace.audit.append({ ...event, kind: "change.requested" });
  await ctx.workspace.audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
}

it("skips a number that a newer permanent change has set to the same value, and says whose it is", async () => {
  await look();
  await later("chg_2", "agent_b", "agent_c");
  await later("chg_3", "agent_c", "agent_b");
  await world.pass(31 * minute);
  await look();
  expect([said(), sent, await state()]).toEqual([["moved"], 0, "over"]);
  expect(told[0]).toMatchObject({ by: { requested: { changeId: "chg_3" } } });
});

// B5
it("waits while the outcome of a newer change is unknown, and skips the number once it took effect", async () => {
  await world.record("chg_2", "agent_b", "agent_c");
  // The vendor has taken it and does not show it yet.
  await world.pass(31 * minute);
  await look();
  await world.pass(5 * minute);
  await look();
  expect([sent, said(), await state()]).toEqual([0, [], "running"]);
  const { requested } = await ctx.workspace.audit.change("chg_2");
  await ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  world.shown = { ...worldNumber, agent: { id: "agent_c" } };
  await look();
  expect([sent, said(), await state()]).toEqual([0, ["moved"], "over"]);
});

// B5
it("restores the number once a newer change proves to have had no effect", async () => {
  await world.record("chg_2", "agent_b", "agent_c");
  await world.pass(31 * minute);
  await look();
  const { requested } = await ctx.workspace.audit.change("chg_2");
  await ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "refused" });
  await look();
  expect([sent, said()]).toEqual([1, ["reverted"]]);
});

it("restores a number that an undo of a newer change has set to the same value", async () => {
  await look();
  await later("chg_2", "agent_b", "agent_c");
  await later("chg_3", "agent_c", "agent_b", "chg_2");
  await world.pass(31 * minute);
  await look();
  expect([said(), sent]).toEqual([["reverted"], 1]);
});

it("logs that an expiry cannot be processed, and retries", async () => {
  let broken = true;
  const { round } = job({
    contextFor: () => {
      if (broken) throw new Error("no context");
      return ctx;
    },
  });
  await world.pass(31 * minute);
  await round();
  expect(world.log.filter(({ level }) => level === "error")).toHaveLength(1);
  broken = false;
  await world.pass(everyMs);
  await Promise.all([round(), round()]);
  expect([said(), sent]).toEqual([["reverted"], 1]);
});

it("retries if freezes cannot be read", async () => {
  await look();
  await world.pass(31 * minute);
  const { freezes } = ctx.workspace;
  const unreadable = async () => {
    throw new Error("the disk reports an error");
  };
  const blind = { ...ctx, workspace: { ...ctx.workspace, freezes: { ...freezes, list: unreadable } } };
  await processExpiry(blind, "chg_1", notifier);
  expect([said(), sent, await state()]).toEqual([[], 0, "reverting"]);
  await world.pass(minute);
  await look();
  expect([said(), sent]).toEqual([["reverted"], 1]);
});

// O8
it("reverts nothing and reminds nobody while the clock is wrong, says so once, and continues when it is correct", async () => {
  let isOff = true;
  const { start, stop } = job({ isClockSkewed: () => isOff });
  await start();
  await world.pass(32 * minute);
  expect([said(), sent]).toEqual([["clock_off"], 0]);
  expect(world.log.filter(({ level }) => level === "error")).toHaveLength(1);
  isOff = false;
  await world.pass(minute);
  stop();
  expect([said(), sent]).toEqual([["clock_off", "reverted"], 1]);
});

// O8
it("reverts while the clock is wrong if somebody asked for that now", async () => {
  await look();
  const temporary = await ctx.workspace.temporaryChanges.find("chg_1");
  const person: Context = { ...ctx, actor: { kind: "user", userId: "U1", workspaceId: "T1" } };
  await expireNow(person, { changeId: "chg_1", endsAt: temporary?.endsAt ?? new Date(Number.NaN) });
  await job({ isClockSkewed: () => true }).round();
  expect([said(), sent, await state()]).toEqual([["reverted"], 1, "over"]);
});

it("says that the vendor no longer reports the agent, rather than that someone changed it", async () => {
  await look();
  world.shown = { ...worldNumber, agent: undefined };
  await world.pass(31 * minute);
  await look();
  expect([said(), sent, await state()]).toEqual([["failed"], 0, "over"]);
  expect(told).toMatchObject([
    { problem: { message: expect.stringContaining("Cartesia no longer says who answers this number") } },
  ]);
});

it("tries again after ten seconds, then less and less often", async () => {
  await look();
  await world.pass(30 * minute);
  refusal = new Problem("vendor_unavailable", "The vendor is down.");
  const waits: number[] = [];
  for (let tried = 0; tried < 5; tried += 1) {
    await look();
    waits.push((await dueIn()) / 1000);
    await world.pass(await dueIn());
  }
  expect(waits).toEqual([10, 30, 60, 120, 300]);
  expect(sent).toBe(0);
});
