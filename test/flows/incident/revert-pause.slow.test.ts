import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { startBulkHarness, type BulkHarness } from "../../support/many-numbers.ts";
import { until } from "../../support/until.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const patient = { timeout, interval: 10 };
const count = 30;

let at: BulkHarness;
beforeEach(async () => {
  at = await startBulkHarness(count, { runsEveryMs: 20 });
  await omar().command("incident start INC-7 Calls drop", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "*INC-7*");
  await at.reassignAll({ details: { incident: "INC-7" } });
  at.harness.vendors.speechify.limitRate({ burst: 12, perSecond: 1 });
  await omar().command("incident revert", { channelId: voiceOps });
  await formSays(at.harness, omar(), `*${count} changes will be reverted*`);
  await omar().submit();
  await until("the first numbers", () => at.isBack() > 1);
  await formSays(at.harness, omar(), "Pause");
});
afterEach(async () => {
  await at.harness.close();
});

const omar = () => person(at.harness, operator);
const state = async () =>
  (await at.harness.infra.store.workspace(teamId).runs.live()).map((run) => run.state);

it("pauses a revert from its form, and continues it from the channel", { timeout }, async () => {
  await omar().click("run:pause");
  const told = await toldInChannel(
    at.harness,
    voiceOps,
    "The revert of INC-7* is paused. <@U0OPER001> paused it.",
  );
  expect(await state()).toEqual(["paused"]);
  const back = at.isBack();
  expect(back).toBeLessThan(count);
  at.pass(60_000);
  await formSays(at.harness, omar(), "is paused");
  expect(at.isBack()).toBe(back);
  await omar().click("run:resume", { in: told });
  await toldInChannel(at.harness, voiceOps, `${count} of ${count} changes reverted. Everything is back.`);
  await vi.waitFor(() => {
    const now = at.harness.slack.messages(voiceOps).find(({ ts }) => ts === told.ts);
    expect(textOf(now)).toContain(`is over: ${count} of ${count} changed.`);
  }, patient);
  expect(at.isBack()).toBe(count);
  const { patches, refusedPatches } = at.seen();
  expect(patches - refusedPatches).toBe(count);
});

it(
  "stops a revert, reports what was reverted, and lets the rest be reverted later",
  { timeout },
  async () => {
    await omar().click("run:stop");
    await toldInChannel(at.harness, voiceOps, `of ${count} changes reverted.`);
    const back = at.isBack();
    expect(back).toBeLessThan(count);
    expect(await state()).toEqual([]);
    const stopped = (await at.harness.audit()).find(({ kind }) => kind === "failover.stopped");
    expect(stopped?.details).toMatchObject({ kind: "revert", incident: "INC-7", of: String(count) });
    await omar().command("incident revert", { channelId: voiceOps });
    const left = `*${count - back} changes will be reverted*`;
    await vi.waitFor(() => expect(textOf(omar().view())).toContain(left), patient);
  },
);
