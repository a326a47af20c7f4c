// E4: a temporary change that a newer one has superseded is so everywhere.
import { afterEach, beforeEach, expect, it } from "vitest";
import { assistance, holding, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

const change = async (line: string): Promise<void> => {
  const omar = person(at.harness, operator);
  await omar.command(line, { channelId: voiceOps });
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  await formSays(at.harness, omar, "Reassigned by");
  await omar.close();
};

it("promises no revert on the card, in the status, on a reminder or by a button", async () => {
  await at.reassign();
  const omar = person(at.harness, operator);
  await omar.command("show Roadside");
  const before = await toldAlone(at.harness, operator, ":alarm_clock: Reverts");
  expect(buttonsOf(before)).toContain("Keep");
  await change("reassign Roadside to Roadside assistance because it is fixed");
  await omar.command("show Roadside");
  const card = await toldAlone(at.harness, operator, "because it is fixed".slice(8));
  expect(textOf(card)).not.toContain(":alarm_clock: Reverts");
  expect(buttonsOf(card)).not.toContain("Keep");
  await omar.command("status");
  await toldAlone(at.harness, operator, "All clear");
  await omar.click("keep_change:card", { in: before });
  await toldAlone(at.harness, operator, "has superseded this one");
  at.pass(25 * minute);
  const { temporaryChanges: temporary } = at.harness.infra.store.workspace("T0PATCH01");
  await at.harness.slack.eventually("the time of the reminder", async () =>
    (await temporary.open()).some(({ state }) => state === "reminded"),
  );
  at.pass(6 * minute);
  await at.harness.slack.eventually("its end", async () => (await temporary.open()).length === 0);
  const said = at.harness.slack.messages(voiceOps).map((message) => textOf(message));
  expect(said.filter((text) => text.includes("reverts automatically"))).toEqual([]);
  expect(at.answers()).toBe(assistance);
  expect(at.patches()).toHaveLength(2);
});

it("promises the revert again once the newer change was undone", async () => {
  await at.reassign();
  await change("reassign Roadside to Holding message");
  const omar = person(at.harness, operator);
  await omar.click("undo", { in: await toldInChannel(at.harness, voiceOps, "*Holding message*") });
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  await formSays(at.harness, omar, "Reassigned by");
  await omar.command("show Roadside");
  await toldAlone(at.harness, operator, ":alarm_clock: Reverts");
  at.pass(31 * minute);
  await toldInChannel(at.harness, voiceOps, "was restored");
  expect(at.answers()).toBe(assistance);
});

it("promises no revert on the card of a number that was changed outside Patchbay", async () => {
  await at.reassign();
  const omar = person(at.harness, operator);
  at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: holding });
  await omar.command("show Roadside");
  const card = await toldAlone(at.harness, operator, "Does not revert");
  expect(textOf(card)).not.toContain(":alarm_clock: Reverts");
  expect(buttonsOf(card)).not.toContain("Keep");
  at.pass(31 * minute);
  await toldInChannel(at.harness, voiceOps, "NOT reverted");
});

it("still promises both reverts of two temporary changes of one number", async () => {
  await at.reassign();
  await change("reassign Roadside to Holding message for 10m");
  const omar = person(at.harness, operator);
  await omar.command("show Roadside");
  const card = await toldAlone(at.harness, operator, ":alarm_clock: Reverts");
  expect(textOf(card)).not.toContain("Does not revert");
  expect(buttonsOf(card).filter((label) => label === "Keep")).toHaveLength(2);
});
