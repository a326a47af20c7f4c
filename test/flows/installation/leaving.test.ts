import { afterEach, beforeEach, expect, it } from "vitest";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { dispatch, minute, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { bravo } from "../../support/neighbours.ts";
import { becomes } from "../../support/present-message.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, toldAlone, toldInChannel } from "../../support/screen.ts";
import { started, startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let at: TemporaryChangeHarness;
let omar: SlackPerson;
beforeEach(async () => {
  at = await startTemporaryChangeHarness({ workspaces: [demoWorkspace, bravo], approvalsEveryMs: 20 });
  omar = person(at.harness, operator);
});
afterEach(async () => {
  await at.harness.close();
});

async function leave(): Promise<void> {
  const eventTime = Math.floor(started.getTime() / 1000) + 3600;
  await at.harness.slack.sendEvent(teamId, { type: "app_uninstalled" }, { eventTime });
  await onRecord(at.harness, { kind: "workspace.uninstalled" });
}

async function comeBack(): Promise<void> {
  at.pass(120 * minute);
  const { status } = await at.harness.slack.install(`${at.harness.url()}/slack/install`, teamId, "U0ADMIN01");
  expect(status).toBe(200);
  await at.harness.connect("cartesia", teamId, "cartesia again");
}

it("cancels pending work with a message, and does not resume it after a reinstall", async () => {
  await at.reassign();
  await omar.command("freeze 0169 because it moves", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "is frozen");
  await omar.command("incident start INC-7", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "INC-7");
  await protectNumber(at.harness, roadside, { channelId: voiceOps });
  await omar.command("detach Roadside for 30m", { channelId: voiceOps });
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  const asked = await toldInChannel(at.harness, voiceOps, "asks for approval");
  const { workspace } = at.harness.infra.contextFor(teamId, { kind: "cli", osUser: "test" });
  const by = { userId: operator, channelId: voiceOps };
  await workspace.runs.show({ id: "rev_left", kind: "revert", incident: "INC-7", by, steps: [] });
  const event = {
    kind: "incident.reverted",
    actor: { kind: "cli", osUser: "test" },
    requestId: "r",
  } as const;
  await workspace.runs.begin("rev_left", by, event);
  await leave();
  const ended = (await at.harness.audit()).slice(-5);
  expect(ended).toMatchObject([
    { kind: "connection.removed" },
    { kind: "timed.left", change: "reassign", problem: { code: "not_connected" } },
    { kind: "approval.expired", change: "detach", problem: { code: "not_connected" } },
    { kind: "incident.reverted", outcome: "refused", details: { incident: "INC-7", revert: "rev_left" } },
    { kind: "workspace.uninstalled", details: { timed: "1", approvals: "1", reverts: "1" } },
  ]);
  // So that the button can still be pressed.
  at.harness.slack.fail("chat.update", { error: "internal_error" });
  await comeBack();
  await person(at.harness, "U0ADMIN01").click("approve", { in: asked });
  await toldAlone(at.harness, "U0ADMIN01", "This request has expired");
  await at.harness.stopApp();
  await at.harness.startApp();
  at.pass(60 * minute);
  await at.harness.stopApp();
  expect(at.answers()).toBe(dispatch);
  expect(at.patches()).toHaveLength(1);
  expect(await workspace.temporaryChanges.open()).toEqual([]);
  expect(await workspace.runs.running()).toEqual([]);
  // What keeps numbers from being changed, and what was settled, stays.
  expect(await workspace.freezes.list()).toHaveLength(1);
  expect(await workspace.protections.list()).toHaveLength(1);
  expect(await workspace.incidents.open()).toHaveLength(1);
  expect((await workspace.settings.read()).protection?.on).toBe(true);
});

// E13
it("removes the buttons of cancelled work once Patchbay is installed again", async () => {
  await at.reassign();
  at.pass(25 * minute);
  const reminder = await toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
  await leave();
  expect(buttonsOf(at.harness.slack.messages(voiceOps).find(({ ts }) => ts === reminder.ts))).toContain(
    "Keep",
  );
  await comeBack();
  const now = await becomes(at.harness, reminder, "The workspace removed Patchbay");
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
});
