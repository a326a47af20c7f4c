import { afterEach, beforeEach, expect, it } from "vitest";
import { dispatch, holding, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { leftOut } from "../../support/words.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

const omar = () => person(at.harness, operator);
const status = async (words: string) => {
  await omar().command("status", { channelId: voiceOps });
  return toldAlone(at.harness, operator, words);
};

async function detach(number: string): Promise<void> {
  await omar().command(`detach ${number} because it loops`, { channelId: voiceOps });
  await formSays(at.harness, omar(), "*After:*");
  await omar().submit();
  await formSays(at.harness, omar(), "Detached by");
  await omar().close();
}

it("says that nothing needs attention", async () => {
  const told = await status("All clear");
  expect(leftOut(told)).toEqual([]);
});

it("lists temporary changes, numbers without an agent, unknown outcomes and failing connections, each with a button", async () => {
  await at.reassign();
  await detach(`"Fleet desk"`);
  const { cartesia } = at.harness.vendors;
  cartesia.fault({ kind: "drop-before" }, { on: "write" });
  await omar().command('rename Roadside to "Road"', { channelId: voiceOps });
  await formSays(at.harness, omar(), "*After:*");
  await omar().submit();
  await formSays(at.harness, omar(), "Unknown whether");
  cartesia.fault({ kind: "status", status: 503 }, { on: () => true });
  at.pass(3 * minute);
  const told = await status("Temporary changes");
  const text = textOf(told);
  expect(text).toContain("Reverts <!date^");
  expect(text).toContain("*Dispatch* → *Roadside assistance*");
  expect(text).toContain("Callers reach no agent.");
  expect(text).toContain("Unknown outcomes");
  expect(text).toContain("Failing connections");
  for (const words of ["Extend 30 min", "Revert now", "Keep", "Reassign", "Try again"])
    expect(text).toContain(words);
  expect(leftOut(told)).toEqual([]);
});

it("extends a change from the status, and notifies the conversation of the request", async () => {
  await at.reassign();
  const told = await status("Temporary changes");
  await person(at.harness, operator).click("extend_change:status", { in: told });
  await toldAlone(at.harness, operator, "extended the change of");
  await toldInChannel(at.harness, voiceOps, "extended the change of");
  at.pass(35 * minute);
  expect(at.answers()).toBe(dispatch);
  at.pass(30 * minute);
  await toldInChannel(at.harness, voiceOps, "was restored");
});

it("says until when in `show`, and reverts the change from there", async () => {
  await at.reassign();
  await omar().command("show Roadside", { channelId: voiceOps });
  const card = await toldAlone(at.harness, operator, "answers now");
  expect(textOf(card)).toContain(":alarm_clock: Reverts <!date^");
  expect(textOf(card)).toContain("*Dispatch* → *Roadside assistance*");
  expect(leftOut(card)).toEqual([]);
  await omar().click("end_change:card", { in: card });
  await toldInChannel(at.harness, voiceOps, "was restored");
  await omar().command("show Roadside", { channelId: voiceOps });
  await at.harness.slack.eventually("a card without an end", () => {
    const newest = at.harness.slack
      .ephemerals(operator)
      .findLast((each) => textOf(each).includes("answers now"));
    return newest && !textOf(newest).includes(":alarm_clock: Reverts");
  });
});

it("no longer counts a number as detached if its vendor shows an agent", async () => {
  await detach("Roadside");
  await status("Callers reach no agent");
  at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: holding });
  at.pass(2 * minute);
  await status("All clear");
  expect(at.answers()).toBe(holding);
});

it("has the same at the top of the App Home", async () => {
  await at.reassign();
  await omar().openHome();
  const home = await at.harness.slack.eventually("a home", () =>
    at.harness.slack.home("T0PATCH01", operator),
  );
  const text = textOf(home);
  expect(text.indexOf("Temporary changes")).toBeGreaterThan(0);
  expect(text.indexOf("Temporary changes")).toBeLessThan(text.indexOf("Phone numbers"));
});
