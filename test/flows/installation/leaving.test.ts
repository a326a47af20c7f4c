import { afterEach, beforeEach, expect, it } from "vitest";
import { demoWorkspace } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { bravo } from "../../support/neighbours.ts";
import { becomes } from "../../support/present-message.ts";
import { protectNumber } from "../../support/protected.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, toldAlone, toldInChannel } from "../../support/screen.ts";
import {
  agents,
  channelId,
  minute,
  operator,
  roadside,
  started,
  startTimedHouse,
  type TimedHouse,
} from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";

const { teamId } = demoWorkspace;

let at: TimedHouse;
let omar: SlackPerson;
beforeEach(async () => {
  at = await startTimedHouse({ workspaces: [demoWorkspace, bravo], approvalsEveryMs: 20 });
  omar = person(at.house, operator);
});
afterEach(async () => {
  await at.house.close();
});

async function leave(): Promise<void> {
  const eventTime = Math.floor(started.getTime() / 1000) + 3600;
  await at.house.slack.sendEvent(teamId, { type: "app_uninstalled" }, { eventTime });
  await onRecord(at.house, { kind: "workspace.uninstalled" });
}

async function comeBack(): Promise<void> {
  at.pass(120 * minute);
  const { status } = await at.house.slack.install(`${at.house.url()}/slack/install`, teamId, "U0ADMIN01");
  expect(status).toBe(200);
  await at.house.connect("cartesia", teamId, "cartesia again");
}

it("ends what was still to be done in words, and never does it after a reinstall", async () => {
  await at.reassign();
  await omar.command("freeze 0169 because it moves", { channelId });
  await toldInChannel(at.house, channelId, "is frozen");
  await omar.command("incident start INC-7", { channelId });
  await toldInChannel(at.house, channelId, "INC-7");
  await protectNumber(at.house, roadside, { channelId });
  await omar.command("detach Roadside for 30m", { channelId });
  await formSays(at.house, omar, "*After:*");
  await omar.submit();
  const asked = await toldInChannel(at.house, channelId, "asks for approval");
  const { workspace } = at.house.ground.contextFor(teamId, { kind: "cli", osUser: "test" });
  const by = { userId: operator, channelId };
  await workspace.reverts.show({ id: "rev_left", incident: "INC-7", by, steps: [] });
  const event = {
    kind: "incident.reverted",
    actor: { kind: "cli", osUser: "test" },
    requestId: "r",
  } as const;
  await workspace.reverts.begin("rev_left", by, event);
  await leave();
  const ended = (await at.house.audit()).slice(-5);
  expect(ended).toMatchObject([
    { kind: "connection.removed" },
    { kind: "timed.left", change: "reassign", problem: { code: "not_connected" } },
    { kind: "approval.expired", change: "detach", problem: { code: "not_connected" } },
    { kind: "incident.reverted", outcome: "refused", details: { incident: "INC-7", revert: "rev_left" } },
    { kind: "workspace.uninstalled", details: { timed: "1", approvals: "1", reverts: "1" } },
  ]);
  await comeBack();
  await person(at.house, "U0ADMIN01").click("approve", { in: asked });
  await toldAlone(at.house, "U0ADMIN01", "This request is over");
  await at.house.stopApp();
  await at.house.startApp();
  at.pass(60 * minute);
  await at.house.stopApp();
  expect(at.answers()).toBe(agents.dispatch);
  expect(at.patches()).toHaveLength(1);
  expect(await workspace.timed.open()).toEqual([]);
  expect(await workspace.reverts.running()).toEqual([]);
  // What keeps numbers from being changed, and what was settled, stays.
  expect(await workspace.freezes.list()).toHaveLength(1);
  expect(await workspace.protections.list()).toHaveLength(1);
  expect(await workspace.incidents.open()).toHaveLength(1);
  expect((await workspace.settings.read()).protection?.on).toBe(true);
});

// E13
it("takes the buttons off what the removal has ended, once Patchbay is installed again", async () => {
  await at.reassign();
  at.pass(25 * minute);
  const reminder = await toldInChannel(at.house, channelId, "ends by itself <!date");
  await leave();
  expect(buttonsOf(at.house.slack.messages(channelId).find(({ ts }) => ts === reminder.ts))).toContain(
    "Keep",
  );
  await comeBack();
  const now = await becomes(at.house, reminder, "The workspace removed Patchbay");
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
});
