import { expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { by, minute, refused, startWebhooks } from "./webhook-harness.ts";

it("pauses a webhook after a day of failures, tells the admins until Slack knows them, and loses nothing", async () => {
  const at = await startWebhooks();
  const { id } = await at.add();
  at.answer = () => refused;
  at.isSlackBack = false;
  await at.round();
  for (let hours = 1; hours < 24; hours += 1) {
    await at.world.pass(60 * minute);
    await at.round();
  }
  expect(await at.world.ctx.workspace.webhooks.find(id)).toMatchObject({ state: "active" });
  await at.world.pass(120 * minute);
  await at.round();
  await at.round();
  expect(await at.world.ctx.workspace.webhooks.find(id)).toMatchObject({
    state: "paused",
    failure: "The receiver answered 500.",
    isTold: false,
  });
  expect(at.told).toEqual([{ id, isLast: false }]);
  at.isSlackBack = true;
  await at.world.pass(minute);
  await at.round();
  await at.world.pass(60 * minute);
  await at.round();
  expect(at.told).toHaveLength(2);
  const before = at.sent.length;
  await at.world.record("chg_1", "agent_a", "agent_b");
  await at.round();
  expect(at.sent).toHaveLength(before);

  at.answer = () => ({ isAccepted: true });
  await at.world.ctx.workspace.webhooks.resume(id, by);
  await at.round();
  expect(at.kinds().slice(before)).toEqual([
    "webhook.added",
    "webhook.paused",
    "change.requested",
    "webhook.resumed",
  ]);
});

it("pauses a webhook at once whose receiver says that it is gone", async () => {
  const at = await startWebhooks();
  const { id } = await at.add();
  at.answer = () => ({ ...refused, isGone: true });
  await at.round();
  await at.round();
  expect(await at.world.ctx.workspace.webhooks.find(id)).toMatchObject({ state: "paused", isTold: true });
  expect(at.sent).toHaveLength(1);
});

it("pauses none while the clock is wrong, because nobody knows how long it has failed", async () => {
  const at = await startWebhooks();
  const { id } = await at.add();
  at.answer = () => refused;
  await at.round();
  at.world.setClock(48 * 60 * minute);
  at.ctx = { ...at.world.ctx, isClockSkewed: () => true };
  await at.world.pass(5_000);
  await at.round();
  expect(at.sent).toHaveLength(2);
  expect(await at.world.ctx.workspace.webhooks.find(id)).toMatchObject({ state: "active" });
});

it("pauses a webhook at once that cannot be decrypted, says why, and goes on once the key is back", async () => {
  const at = await startWebhooks();
  const { id } = await at.add();
  const { webhooks } = at.ctx.workspace;
  const missing = new Problem("not_connected", "The key k1 of the webhook is missing.");
  at.ctx = {
    ...at.ctx,
    workspace: {
      ...at.ctx.workspace,
      webhooks: { ...webhooks, target: async () => Promise.reject(missing) },
    },
  };
  await at.round();
  await at.round();
  expect(await webhooks.find(id)).toMatchObject({
    state: "paused",
    failure: "The key k1 of the webhook is missing.",
    isTold: true,
  });
  expect(at.told).toEqual([{ id, isLast: false }]);
  expect(at.sent).toEqual([]);
  at.ctx = at.world.ctx;
  await webhooks.resume(id, by);
  await at.round();
  expect(at.kinds()).toEqual(["webhook.added", "webhook.paused", "webhook.resumed"]);
});
