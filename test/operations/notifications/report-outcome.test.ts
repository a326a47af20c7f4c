import { beforeEach, expect, it } from "vitest";
import type { ChangeRecord } from "../../../src/domain/audit/audit-log.ts";
import type { ReplyTarget } from "../../../src/domain/notifications/reply-target.ts";
import type { Notified } from "../../../src/operations/notifications/notifier.ts";
import { reportOutcome } from "../../../src/operations/notifications/report-outcome.ts";
import { pendingReports } from "../../../src/operations/notifications/pending-reports.ts";
import { fakeNotifier } from "./notifier.ts";
import { startWorld, type World } from "../../support/world.ts";

const message = { channelId: "C1", ts: "1.2" };
let world: World;
let reported: [string, ReplyTarget][];
let answer: Notified;
const notifier = fakeNotifier({
  changeSettled: async (_ctx, { outcome }, replyTo) => {
    reported.push([outcome?.outcome ?? "none", replyTo]);
    return answer;
  },
  changeNeverSent: async (_ctx, _changeId, replyTo) => {
    reported.push(["never sent", replyTo]);
    return answer;
  },
});

beforeEach(async () => {
  world = await startWorld();
  reported = [];
  answer = { isDelivered: true };
  await world.ctx.workspace.claim("req_1", { changeId: "chg_1", replyTo: { userId: "U1" } });
});

async function settled(outcome: "applied" | "unknown"): Promise<ChangeRecord> {
  const { requested } = await world.record("chg_1", "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome });
  return world.ctx.workspace.audit.change("chg_1");
}

const waiting = async () => world.ctx.workspace.notifications.find("chg_1");
const runner = (lockLeaseMs = 0) =>
  pendingReports({
    queue: world.store.work,
    log: world.ctx.log,
    timer: world.timer,
    everyMs: 10_000,
    notifier,
    lockLeaseMs,
    contextFor: () => world.ctx,
    track: () => undefined,
  });
/** What a process does that starts after the one which has claimed the request. */
const resume = async () => {
  await world.store.work.takeOver(["notification"]);
  await runner().round();
};

it("stops waiting once a final outcome is delivered", async () => {
  const record = await settled("applied");
  await reportOutcome(world.ctx, record, notifier);
  expect(reported).toEqual([["applied", { userId: "U1" }]]);
  expect(await waiting()).toBeUndefined();
  await reportOutcome(world.ctx, record, notifier);
  expect(reported).toHaveLength(1);
});

it("updates the message of a server that reports the change as unknown meanwhile", async () => {
  const record = await settled("applied");
  const late = fakeNotifier({
    changeSettled: async (ctx, settledRecord, replyTo) => {
      if (reported.length === 0) await ctx.workspace.notifications.keep("chg_1", { userId: "U1", message });
      return notifier.changeSettled(ctx, settledRecord, replyTo);
    },
  });
  await reportOutcome(world.ctx, record, late);
  expect(reported).toEqual([
    ["applied", { userId: "U1" }],
    ["applied", { userId: "U1", message }],
  ]);
  expect(await waiting()).toBeUndefined();
});

it("updates the message of a server that reports the change as unknown afterwards, a minute later", async () => {
  await reportOutcome(world.ctx, await settled("applied"), notifier);
  await world.ctx.workspace.notifications.keep("chg_1", { userId: "U1", message });
  await world.pass(60_000);
  await runner().round();
  expect(reported.at(-1)).toEqual(["applied", { userId: "U1", message }]);
  expect(await waiting()).toBeUndefined();
});

it("goes on waiting when nobody was told", async () => {
  answer = { isDelivered: false };
  await reportOutcome(world.ctx, await settled("applied"), notifier);
  expect(await waiting()).toEqual({ userId: "U1" });
});

it("remembers the message about an unknown outcome, to update it later", async () => {
  answer = { isDelivered: true, message };
  await reportOutcome(world.ctx, await settled("unknown"), notifier);
  expect(await waiting()).toEqual({ userId: "U1", message });
});

it("reports an outcome that an earlier process did not", async () => {
  await settled("applied");
  await resume();
  expect(reported).toEqual([["applied", { userId: "U1" }]]);
  expect(await waiting()).toBeUndefined();
});

it("reports a change that an earlier process claimed and never sent, until somebody is told", async () => {
  answer = { isDelivered: false };
  await resume();
  answer = { isDelivered: true };
  await resume();
  await resume();
  expect(reported.map(([what]) => what)).toEqual(["never sent", "never sent"]);
});

it("leaves a change without a known outcome to the reconciler", async () => {
  await settled("unknown");
  await resume();
  expect(reported).toEqual([]);
  expect(await waiting()).toBeDefined();
});

it("leaves a request to the server that claimed it, as long as that may be at work", async () => {
  await runner().round();
  await world.pass(59_000);
  await runner().round();
  expect(reported).toEqual([]);
  await settled("applied");
  await world.pass(1_000);
  await runner().round();
  expect(reported).toEqual([["applied", { userId: "U1" }]]);
});

it("says that a change was never sent only once its server can have no lock any more", async () => {
  await world.pass(60_000);
  await runner(30_000).round();
  expect(reported).toEqual([]);
  await world.pass(30_000);
  await runner(30_000).round();
  expect(reported).toEqual([["never sent", { userId: "U1" }]]);
  await world.pass(60 * 60_000);
  await runner(30_000).round();
  expect(reported).toHaveLength(1);
});
