import { afterEach, beforeEach, expect, it } from "vitest";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { announcements, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { change } from "../../support/undo.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let at: TemporaryChangeHarness;
let omar: SlackPerson;
beforeEach(async () => {
  const channels = [
    ...demoWorkspace.channels,
    { id: announcements, name: "patchbay-log", botIsMember: true },
  ];
  at = await startTemporaryChangeHarness({
    workspaces: [{ ...demoWorkspace, channels }],
    approvalsEveryMs: 20,
  });
  omar = person(at.harness, operator);
});
afterEach(async () => at.harness.close());

/** What the channel for announcements was told that says this. */
const said = (words: string, where = announcements): string[] =>
  at.harness.slack
    .messages(where)
    .map((message) => textOf(message))
    .filter((text) => text.includes(words));

/** Says something last, so that whatever comes before it has come. */
async function sayLast(): Promise<void> {
  await omar.command("freeze Roadside because that is all", { channelId: "C0INCID01" });
  await toldInChannel(at.harness, announcements, "that is all");
}

it("announces an incident, a temporary change, its revert and an undo, each once", async () => {
  await settle(at.harness, { announcementsChannelId: announcements });
  await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
  await toldInChannel(at.harness, announcements, "started incident *INC-7* (Calls drop)");
  await at.reassign();
  at.pass(31 * minute);
  await toldInChannel(at.harness, announcements, "Automatic revert of *Roadside*");
  await change(at.harness, omar, "detach Roadside", voiceOps);
  await omar.click("undo");
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  await formSays(at.harness, omar, "Undoes change");
  await omar.command("incident end", { channelId: voiceOps });
  await toldInChannel(at.harness, announcements, "ended incident *INC-7*");
  await sayLast();
  expect(said("applied ·").map((text) => / (\w+)(?: of)? \*Roadside/u.exec(text)?.[1])).toEqual([
    "reassigned",
    "revert",
    "detached",
    "reassigned",
  ]);
  expect(said("Undoes change")).toHaveLength(2);
  expect(said("incident *INC-7*")).toHaveLength(2);
});

it("announces who extended a change, made it permanent or was refused, and what was left unchanged", async () => {
  await settle(at.harness, { announcementsChannelId: announcements });
  await at.reassign();
  at.pass(25 * minute);
  const reminder = await toldInChannel(at.harness, voiceOps, "Then: *Dispatch*");
  await omar.click("extend_change", { in: reminder });
  await toldInChannel(at.harness, announcements, "extended the temporary change of *Roadside*");
  at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mB6tYf1" });
  at.pass(60 * minute);
  await toldInChannel(at.harness, announcements, "someone changed it since");
  await sayLast();
  expect(said("was NOT reverted: ")).toHaveLength(1);
});

it("announces nothing again in the channel of the request", async () => {
  await settle(at.harness, { announcementsChannelId: voiceOps });
  await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "was started by");
  await at.reassign();
  at.pass(31 * minute);
  await toldInChannel(at.harness, voiceOps, "was restored");
  await omar.command("freeze Roadside because that is all", { channelId: "C0INCID01" });
  await toldInChannel(at.harness, voiceOps, "that is all");
  expect(said("INC-7", voiceOps)).toHaveLength(1);
  expect(said("applied ·", voiceOps)).toEqual([]);
});

it("names the approver once, and does not repeat a job's refusals while it retries", async () => {
  await settle(at.harness, { announcementsChannelId: announcements });
  await protectNumber(at.harness, roadside, { channelId: voiceOps });
  await omar.command("reassign Roadside to Dispatch for 30m", { channelId: voiceOps });
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  const asked = await toldInChannel(at.harness, voiceOps, "asks for approval");
  const ada = person(at.harness, "U0ADMIN01");
  await ada.click("approve", { in: asked });
  const { text: told } = await toldInChannel(at.harness, announcements, "applied ·");
  expect(told.match(/<@U0ADMIN01>/gu)).toHaveLength(1);
  await ada.command("freeze Roadside because it moves", { channelId: "C0INCID01" });
  await toldInChannel(at.harness, announcements, "it moves");
  at.pass(31 * minute);
  await toldInChannel(at.harness, voiceOps, "*NOT reverted* yet");
  await ada.command("unfreeze Roadside", { channelId: "C0INCID01" });
  await toldInChannel(at.harness, announcements, "unfroze");
  expect(said("was refused")).toEqual([]);
});
