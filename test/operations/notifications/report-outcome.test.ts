import { beforeEach, expect, it } from "vitest";
import type { ChangeRecord } from "../../../src/domain/audit/audit-log.ts";
import type { ReplyTarget } from "../../../src/domain/notifications/reply-target.ts";
import type { Notified } from "../../../src/operations/notifications/notifier.ts";
import { reportOutcome } from "../../../src/operations/notifications/report-outcome.ts";
import {
  findUnreported,
  resumeNotifications,
} from "../../../src/operations/notifications/resume-notifications.ts";
import { fakeNotifier } from "../../support/notifier.ts";
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
  await world.ctx.workspace.notifications.keep("chg_1", { userId: "U1" });
});

async function settled(outcome: "applied" | "unknown"): Promise<ChangeRecord> {
  const { requested } = await world.record("chg_1", "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome });
  return world.ctx.workspace.audit.change("chg_1");
}

const waiting = async () => world.ctx.workspace.notifications.find("chg_1");
const resume = async () =>
  resumeNotifications(
    { log: world.ctx.log, notifier, contextFor: () => world.ctx },
    await findUnreported(world.store),
  );

it("stops waiting once a final outcome is delivered", async () => {
  const record = await settled("applied");
  await reportOutcome(world.ctx, record, notifier);
  expect(reported).toEqual([["applied", { userId: "U1" }]]);
  expect(await waiting()).toBeUndefined();
  await reportOutcome(world.ctx, record, notifier);
  expect(reported).toHaveLength(1);
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
