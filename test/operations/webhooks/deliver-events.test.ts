import { beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { eventDocument } from "../../../src/domain/webhooks/event-document.ts";
import type { OutgoingEvent, SendResult } from "../../../src/domain/webhooks/webhook-sender.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { webhookWorker, type WebhookWorker } from "../../../src/operations/webhooks/webhook-worker.ts";
import { startWorld, type World } from "../../support/world.ts";

const by = { actor: { kind: "cli", osUser: "root" }, requestId: "req_1" } as const;
const target = { url: "https://hooks.example/x", origin: "https://hooks.example", secret: "whsec_one" };
const minute = 60_000;
const refused = { isAccepted: false, why: "The receiver answered 500.", isGone: false } as const;

let world: World;
let sent: OutgoingEvent[];
let answer: () => SendResult | Promise<SendResult>;
let told: { readonly id: string; readonly isLast: boolean }[];
let isSlackBack: boolean;
let ctx: Context;
let worker: WebhookWorker;
beforeEach(async () => {
  world = await startWorld();
  ctx = world.ctx;
  worker = startWorker();
  sent = [];
  told = [];
  isSlackBack = true;
  answer = () => ({ isAccepted: true });
});

const startWorker = () =>
  webhookWorker({
    store: world.store,
    timer: world.timer,
    log: world.ctx.log,
    everyMs: 10_000,
    sender: {
      send: async (event) => {
        sent.push(event);
        return answer();
      },
    },
    notifier: {
      webhookPaused: async (_ctx, { id }, isLast) => {
        told.push({ id, isLast });
        return Promise.resolve(isSlackBack);
      },
    },
    contextFor: () => ctx,
    track: () => undefined,
  });

/** Looks for what is to be sent, and sends it. */
async function round(): Promise<void> {
  await world.store.scheduleWebhooks();
  await worker.round();
}

const data = (event: OutgoingEvent) => eventDocument.parse(JSON.parse(event.body)).data;
const kinds = (): string[] => sent.map((event) => data(event).kind);
const add = async (only?: readonly string[]) =>
  world.ctx.workspace.webhooks.add({ ...target, kinds: only }, by);
const newest = async () => (await world.ctx.workspace.audit.entries({ limit: 1 }))[0]?.sequence;

it("sends each entry once, in order, signed with what signs now, and nothing from before it was added", async () => {
  await world.record("chg_0", "agent_a", "agent_b");
  await add();
  await world.record("chg_1", "agent_a", "agent_b");
  await world.record("chg_2", "agent_b", "agent_a");
  await round();
  await round();
  expect(sent.map((event) => [data(event).kind, data(event).changeId])).toEqual([
    ["webhook.added", undefined],
    ["change.requested", "chg_1"],
    ["change.requested", "chg_2"],
  ]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
  expect(sent[0]).toMatchObject({ url: target.url, secrets: ["whsec_one"] });
  expect(z.string().parse(sent[1]?.body)).not.toMatch(/whsec|hooks\.example/u);
});

it("sends only the kinds that were chosen, passes the others over, and follows a new choice from its entry on", async () => {
  const { webhooks } = world.ctx.workspace;
  const { id } = await add(["change.*"]);
  await round();
  expect(sent).toEqual([]);
  expect((await webhooks.find(id))?.sequence).toBe(await newest());
  expect(await world.store.scheduleWebhooks()).toBe(0);
  await world.record("chg_1", "agent_a", "agent_b");
  // The rest of what this delivery walks counts by the new choice.
  answer = async () => {
    answer = () => ({ isAccepted: true });
    await webhooks.setKinds(id, ["webhook.*"], by);
    return { isAccepted: true };
  };
  await round();
  await round();
  expect(kinds()).toEqual(["change.requested", "webhook.changed"]);
  await world.record("chg_2", "agent_b", "agent_a");
  await round();
  expect(kinds()).toHaveLength(2);
  expect((await webhooks.find(id))?.sequence).toBe(await newest());
});

it("goes on failing at an event although others before it were passed over", async () => {
  const { id } = await add(["change.*"]);
  await world.record("chg_1", "agent_a", "agent_b");
  answer = () => refused;
  await round();
  const { webhooks } = world.ctx.workspace;
  const failing = await webhooks.find(id);
  expect(failing).toMatchObject({ sequence: ((await newest()) ?? 0) - 1, failure: refused.why });
  await world.pass(5_000);
  await round();
  expect(kinds()).toEqual(["change.requested", "change.requested"]);
  expect((await webhooks.find(id))?.failingSince).toBe(failing?.failingSince);
});

it("tries the same event again after a failure, less and less often, and lets nothing overtake it", async () => {
  await add();
  answer = () => refused;
  await round();
  await world.record("chg_1", "agent_a", "agent_b");
  const waits: number[] = [];
  for (let tries = 1; tries < 8; tries += 1) {
    let waited = 0;
    while (sent.length === tries) {
      await world.pass(5_000);
      waited += 5_000;
      await round();
    }
    waits.push(waited / 1_000);
  }
  expect(waits).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
  answer = () => ({ isAccepted: true });
  await world.pass(120 * minute);
  await round();
  expect(kinds().slice(-2)).toEqual(["webhook.added", "change.requested"]);
  expect((await world.ctx.workspace.webhooks.list())[0]?.failingSince).toBeUndefined();
});

it("pauses a webhook after a day of failures, tells the admins until Slack knows them, and loses nothing", async () => {
  const { id } = await add();
  answer = () => refused;
  isSlackBack = false;
  await round();
  for (let hours = 1; hours < 24; hours += 1) {
    await world.pass(60 * minute);
    await round();
  }
  expect(await world.ctx.workspace.webhooks.find(id)).toMatchObject({ state: "active" });
  await world.pass(120 * minute);
  await round();
  await round();
  expect(await world.ctx.workspace.webhooks.find(id)).toMatchObject({
    state: "paused",
    failure: "The receiver answered 500.",
    isTold: false,
  });
  expect(told).toEqual([{ id, isLast: false }]);
  isSlackBack = true;
  await world.pass(minute);
  await round();
  await world.pass(60 * minute);
  await round();
  expect(told).toHaveLength(2);
  const before = sent.length;
  await world.record("chg_1", "agent_a", "agent_b");
  await round();
  expect(sent).toHaveLength(before);

  answer = () => ({ isAccepted: true });
  await world.ctx.workspace.webhooks.resume(id, by);
  await round();
  expect(kinds().slice(before)).toEqual([
    "webhook.added",
    "webhook.paused",
    "change.requested",
    "webhook.resumed",
  ]);
});

it("pauses a webhook at once whose receiver says that it is gone", async () => {
  const { id } = await add();
  answer = () => ({ ...refused, isGone: true });
  await round();
  await round();
  expect(await world.ctx.workspace.webhooks.find(id)).toMatchObject({ state: "paused", isTold: true });
  expect(sent).toHaveLength(1);
});

it("pauses none while the clock is wrong, because nobody knows how long it has failed", async () => {
  const { id } = await add();
  answer = () => refused;
  await round();
  world.setClock(48 * 60 * minute);
  ctx = { ...world.ctx, isClockSkewed: () => true };
  await world.pass(5_000);
  await round();
  expect(sent).toHaveLength(2);
  expect(await world.ctx.workspace.webhooks.find(id)).toMatchObject({ state: "active" });
});

it("sends again what was sent when the process ended before it could store that", async () => {
  await add();
  const { webhooks } = world.ctx.workspace;
  const delivered = async () => Promise.reject(new Error("the process ends"));
  ctx = { ...world.ctx, workspace: { ...world.ctx.workspace, webhooks: { ...webhooks, delivered } } };
  await round();
  ctx = world.ctx;
  await world.pass(10_000);
  await round();
  expect(sent.map((event) => event.id)).toEqual([sent[0]?.id, sent[0]?.id]);
});

it("sends nothing more to a webhook that is removed while it is being sent to", async () => {
  const { id } = await add();
  await world.record("chg_1", "agent_a", "agent_b");
  const { webhooks } = world.ctx.workspace;
  const delivered = async (...done: Parameters<typeof webhooks.delivered>) => {
    await webhooks.remove(id, by);
    return webhooks.delivered(...done);
  };
  ctx = { ...world.ctx, workspace: { ...world.ctx.workspace, webhooks: { ...webhooks, delivered } } };
  await round();
  expect(kinds()).toEqual(["webhook.added"]);
});

it("pauses a webhook at once that cannot be decrypted, says why, and goes on once the key is back", async () => {
  const { id } = await add();
  const { webhooks } = ctx.workspace;
  const missing = new Problem("not_connected", "The key k1 of the webhook is missing.");
  ctx = {
    ...ctx,
    workspace: { ...ctx.workspace, webhooks: { ...webhooks, target: async () => Promise.reject(missing) } },
  };
  await round();
  await round();
  expect(await webhooks.find(id)).toMatchObject({
    state: "paused",
    failure: "The key k1 of the webhook is missing.",
    isTold: true,
  });
  expect(told).toEqual([{ id, isLast: false }]);
  expect(sent).toEqual([]);
  ctx = world.ctx;
  await webhooks.resume(id, by);
  await round();
  expect(kinds()).toEqual(["webhook.added", "webhook.paused", "webhook.resumed"]);
});

it("signs with a new secret from the next event on, also in the middle of a delivery", async () => {
  const { id } = await add();
  await world.record("chg_1", "agent_a", "agent_b");
  const until = new Date(world.now().getTime() + 60 * minute);
  let rotating: Promise<unknown> = Promise.resolve();
  answer = () => {
    if (sent.length === 1) rotating = ctx.workspace.webhooks.rotate(id, "whsec_two", until, by);
    return { isAccepted: true };
  };
  await round();
  await rotating;
  await round();
  expect(sent.map(({ secrets }) => secrets)).toEqual([
    ["whsec_one"],
    ["whsec_two", "whsec_one"],
    ["whsec_two", "whsec_one"],
  ]);
});

it.each([
  ["longer than usual", 90_000, 90],
  ["less than usual", 1_000, 5],
  ["for days", 3 * 24 * 60 * minute, 7_200],
])("waits as the receiver asks, %s", async (_what, retryAfterMs, seconds) => {
  await add();
  answer = () => ({ ...refused, retryAfterMs });
  await round();
  await world.pass((seconds - 1) * 1_000);
  await round();
  expect(sent).toHaveLength(1);
  await world.pass(2_000);
  await round();
  expect(sent).toHaveLength(2);
});

it("sends each event once and in order, although two servers look at once", async () => {
  await add();
  for (const n of [1, 2, 3, 4, 5]) await world.record(`chg_${n}`, "agent_a", "agent_b");
  const other = startWorker();
  await world.store.scheduleWebhooks();
  await Promise.all([worker.round(), other.round()]);
  await world.record("chg_6", "agent_a", "agent_b");
  await world.store.scheduleWebhooks();
  await Promise.all([other.round(), worker.round()]);
  expect(sent.map((event) => data(event).changeId)).toEqual([
    undefined,
    "chg_1",
    "chg_2",
    "chg_3",
    "chg_4",
    "chg_5",
    "chg_6",
  ]);
});
