import { afterEach, beforeEach, expect, it } from "vitest";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { assistance, dispatch, incidents, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { change } from "../../support/undo.ts";

let at: TemporaryChangeHarness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
  omar = person(at.harness, operator);
  ada = person(at.harness, "U0ADMIN01");
});
afterEach(async () => {
  await at.harness.close();
});

/** Reassigns Roadside in the incidents' channel; its form stays open, with the button that undoes it. */
const reassigned = async (): Promise<string> =>
  change(at.harness, omar, "reassign Roadside to Dispatch because it loops", incidents);

const newestOutcome = async () =>
  (await at.harness.audit()).findLast(({ kind }) => kind === "change.outcome");

it("asks for approval of the undo of a protected number, and keeps what it undoes and its incident", async () => {
  await omar.command("incident start INC-7", { channelId: incidents });
  await toldInChannel(at.harness, incidents, "INC-7");
  const changeId = await reassigned();
  await protectNumber(at.harness, roadside, { channelId: voiceOps });
  await omar.click("undo");
  const form = await formSays(at.harness, omar, "*After:*");
  expect(textOf(form)).toContain("This number is protected");
  expect(JSON.stringify(form)).toContain("Ask for approval");
  await omar.fill("reason", "it was not that");
  await omar.submit();
  await formSays(at.harness, omar, "Waiting for approval");
  expect(at.answers()).toBe(dispatch);
  const asked = await toldInChannel(at.harness, voiceOps, "asks for approval");
  expect(textOf(asked)).toContain(`Undoes change \`${changeId}\``);
  expect(textOf(asked)).toContain("For incident *INC-7*");
  await ada.click("approve", { in: asked });
  const told = await toldInChannel(at.harness, incidents, "approved by <@U0ADMIN01>");
  expect(textOf(told)).toContain(`Undoes change \`${changeId}\``);
  expect(at.answers()).toBe(assistance);
  expect((await newestOutcome())?.details).toMatchObject({
    undoes: changeId,
    incident: "INC-7",
    approvedBy: "U0ADMIN01",
  });
  expect(at.patches()).toHaveLength(2);
});

it("shows a freeze in the form of an undo, and refuses one that came while it was open", async () => {
  await reassigned();
  await omar.click("undo");
  await formSays(at.harness, omar, "*After:*");
  await ada.command("freeze Roadside because the carrier moves it", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "is frozen");
  await omar.submit();
  await formSays(at.harness, omar, "Why: the carrier moves it");
  await omar.close();
  await omar.command("undo", { channelId: incidents });
  const form = await formSays(at.harness, omar, "This number is frozen");
  expect(textOf(form)).toContain("by <@U0ADMIN01>");
  await expect(omar.submit()).rejects.toThrow("no submit button");
  expect(at.patches()).toHaveLength(1);
  expect(await onRecord(at.harness, { kind: "change.refused" })).toMatchObject({
    problem: { code: "frozen" },
  });
});

it("asks for the reason that the workspace asks for, and says what has to be in it", async () => {
  await reassigned();
  await settle(at.harness, { reason: { required: true, pattern: "INC-#" } });
  await omar.click("undo");
  const form = await formSays(at.harness, omar, "*After:*");
  expect(JSON.stringify(form)).toContain("Include something like INC-");
  await omar.fill("reason", "it was not that");
  expect((await omar.submit()).errors).toMatchObject({ reason: expect.stringContaining("INC-") });
  await omar.fill("reason", "INC-12 was not that");
  await omar.submit();
  await formSays(at.harness, omar, "confirmed by");
  expect(at.answers()).toBe(assistance);
});

it("undoes without approval by break-glass, with a reason, where the workspace allows it", async () => {
  await reassigned();
  await protectNumber(at.harness, roadside, { channelId: voiceOps, breakGlass: true });
  await omar.click("undo");
  await formSays(at.harness, omar, "This number is protected");
  await omar.fill("reason", "callers are lost");
  await omar.click("break_glass");
  const form = await formSays(at.harness, omar, "*Break glass.*");
  expect(JSON.stringify(form)).toContain("callers are lost");
  await omar.fill("reason", "");
  expect((await omar.submit()).errors).toMatchObject({ reason: expect.any(String) });
  await omar.fill("reason", "callers are lost");
  await omar.submit();
  await formSays(at.harness, omar, "confirmed by");
  await toldInChannel(at.harness, voiceOps, "reak glass");
  expect((await newestOutcome())?.details).toMatchObject({ breakGlass: "yes" });
  expect(at.answers()).toBe(assistance);
});
