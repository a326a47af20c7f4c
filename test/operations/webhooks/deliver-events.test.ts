import { expect, it } from "vitest";
import { z } from "zod";
import { by, dataOf, minute, refused, startWebhooks, target } from "./webhook-harness.ts";

it("sends each entry once, in order, signed with what signs now, and nothing from before it was added", async () => {
  const at = await startWebhooks();
  await at.world.record("chg_0", "agent_a", "agent_b");
  await at.add();
  await at.world.record("chg_1", "agent_a", "agent_b");
  await at.world.record("chg_2", "agent_b", "agent_a");
  await at.round();
  await at.round();
  expect(at.sent.map((event) => [dataOf(event).kind, dataOf(event).changeId])).toEqual([
    ["webhook.added", undefined],
    ["change.requested", "chg_1"],
    ["change.requested", "chg_2"],
  ]);
  expect(new Set(at.sent.map(({ id }) => id)).size).toBe(3);
  expect(at.sent[0]).toMatchObject({ url: target.url, secrets: ["whsec_one"] });
  expect(z.string().parse(at.sent[1]?.body)).not.toMatch(/whsec|hooks\.example/u);
});

it("sends only the kinds that were chosen, passes the others over, and follows a new choice from its entry on", async () => {
  const at = await startWebhooks();
  const { webhooks } = at.world.ctx.workspace;
  const { id } = await at.add(["change.*"]);
  await at.round();
  expect(at.sent).toEqual([]);
  expect((await webhooks.find(id))?.sequence).toBe(await at.newest());
  expect(await at.world.store.scheduleWebhooks()).toBe(0);
  await at.world.record("chg_1", "agent_a", "agent_b");
  // The rest of what this delivery walks counts by the new choice.
  at.answer = async () => {
    at.answer = () => ({ isAccepted: true });
    await webhooks.setKinds(id, ["webhook.*"], by);
    return { isAccepted: true };
  };
  await at.round();
  await at.round();
  expect(at.kinds()).toEqual(["change.requested", "webhook.changed"]);
  await at.world.record("chg_2", "agent_b", "agent_a");
  await at.round();
  expect(at.kinds()).toHaveLength(2);
  expect((await webhooks.find(id))?.sequence).toBe(await at.newest());
});

it("goes on failing at an event although others before it were passed over", async () => {
  const at = await startWebhooks();
  const { id } = await at.add(["change.*"]);
  await at.world.record("chg_1", "agent_a", "agent_b");
  at.answer = () => refused;
  await at.round();
  const { webhooks } = at.world.ctx.workspace;
  const failing = await webhooks.find(id);
  expect(failing).toMatchObject({ sequence: ((await at.newest()) ?? 0) - 1, failure: refused.why });
  await at.world.pass(5_000);
  await at.round();
  expect(at.kinds()).toEqual(["change.requested", "change.requested"]);
  expect((await webhooks.find(id))?.failingSince).toBe(failing?.failingSince);
});

it("tries the same event again after a failure, less and less often, and lets nothing overtake it", async () => {
  const at = await startWebhooks();
  await at.add();
  at.answer = () => refused;
  await at.round();
  await at.world.record("chg_1", "agent_a", "agent_b");
  for (const [tries, seconds] of [5, 30, 120, 600, 1_800, 3_600, 7_200].entries()) {
    await at.world.pass((seconds - 1) * 1_000);
    await at.round();
    expect(at.sent).toHaveLength(tries + 1);
    await at.world.pass(1_000);
    await at.round();
    expect(at.sent).toHaveLength(tries + 2);
  }
  expect(new Set(at.sent.map(({ id }) => id)).size).toBe(1);
  at.answer = () => ({ isAccepted: true });
  await at.world.pass(120 * minute);
  await at.round();
  expect(at.kinds().slice(-2)).toEqual(["webhook.added", "change.requested"]);
  expect((await at.world.ctx.workspace.webhooks.list())[0]?.failingSince).toBeUndefined();
});

it("sends again what was sent when the process ended before it could store that", async () => {
  const at = await startWebhooks();
  await at.add();
  const { webhooks } = at.world.ctx.workspace;
  const delivered = async () => Promise.reject(new Error("the process ends"));
  at.ctx = {
    ...at.world.ctx,
    workspace: { ...at.world.ctx.workspace, webhooks: { ...webhooks, delivered } },
  };
  await at.round();
  at.ctx = at.world.ctx;
  await at.world.pass(10_000);
  await at.round();
  expect(at.sent.map((event) => event.id)).toEqual([at.sent[0]?.id, at.sent[0]?.id]);
});

it("sends nothing more to a webhook that is removed while it is being sent to", async () => {
  const at = await startWebhooks();
  const { id } = await at.add();
  await at.world.record("chg_1", "agent_a", "agent_b");
  const { webhooks } = at.world.ctx.workspace;
  const delivered = async (...done: Parameters<typeof webhooks.delivered>) => {
    await webhooks.remove(id, by);
    return webhooks.delivered(...done);
  };
  at.ctx = {
    ...at.world.ctx,
    workspace: { ...at.world.ctx.workspace, webhooks: { ...webhooks, delivered } },
  };
  await at.round();
  expect(at.kinds()).toEqual(["webhook.added"]);
});

it("signs with a new secret from the next event on, also in the middle of a delivery", async () => {
  const at = await startWebhooks();
  const { id } = await at.add();
  await at.world.record("chg_1", "agent_a", "agent_b");
  const until = new Date(at.world.now().getTime() + 60 * minute);
  let rotating: Promise<unknown> = Promise.resolve();
  at.answer = () => {
    if (at.sent.length === 1) rotating = at.ctx.workspace.webhooks.rotate(id, "whsec_two", until, by);
    return { isAccepted: true };
  };
  await at.round();
  await rotating;
  await at.round();
  expect(at.sent.map(({ secrets }) => secrets)).toEqual([
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
  const at = await startWebhooks();
  await at.add();
  at.answer = () => ({ ...refused, retryAfterMs });
  await at.round();
  await at.world.pass((seconds - 1) * 1_000);
  await at.round();
  expect(at.sent).toHaveLength(1);
  await at.world.pass(2_000);
  await at.round();
  expect(at.sent).toHaveLength(2);
});

it("sends each event once and in order, although two servers look at once", async () => {
  const at = await startWebhooks();
  await at.add();
  for (const n of [1, 2, 3, 4, 5]) await at.world.record(`chg_${n}`, "agent_a", "agent_b");
  const other = at.startWorker();
  await at.world.store.scheduleWebhooks();
  await Promise.all([at.worker.round(), other.round()]);
  await at.world.record("chg_6", "agent_a", "agent_b");
  await at.world.store.scheduleWebhooks();
  await Promise.all([other.round(), at.worker.round()]);
  expect(at.sent.map((event) => dataOf(event).changeId)).toEqual([
    undefined,
    "chg_1",
    "chg_2",
    "chg_3",
    "chg_4",
    "chg_5",
    "chg_6",
  ]);
});
