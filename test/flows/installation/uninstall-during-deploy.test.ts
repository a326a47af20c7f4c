import { afterEach, beforeEach, expect, it } from "vitest";
import { minute, teamId } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { started, startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

/** Sends the event that Patchbay was uninstalled so many minutes after the first start. */
async function uninstalled(minutes: number, eventId: string): Promise<void> {
  const eventTime = Math.floor(started.getTime() / 1000) + minutes * 60;
  await at.harness.slack.sendEvent(teamId, { type: "app_uninstalled" }, { eventId, eventTime });
}

async function restartAfter(minutes: number): Promise<void> {
  await at.harness.stopApp();
  at.pass(minutes * minute);
  await at.harness.startApp();
}

it("acts on an uninstall that happened before this process started", async () => {
  await restartAfter(60);
  await uninstalled(30, "Ev0LATER01");
  await onRecord(at.harness, { kind: "workspace.uninstalled" });
  expect(await at.harness.infra.store.workspace(teamId).connections.list()).toEqual([]);
});

it("ignores an uninstall from before the bot token was first used", async () => {
  await restartAfter(60);
  await uninstalled(-30, "Ev0EARLIER");
  await uninstalled(30, "Ev0LATER01");
  const recorded = await onRecord(at.harness, { kind: "workspace.uninstalled" });
  expect(recorded.requestId).toBe("Ev0LATER01");
});
