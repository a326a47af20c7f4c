// E4: a temporary change that a newer one has superseded is so everywhere.
import { afterEach, beforeEach, expect, it } from "vitest";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import {
  agents,
  channelId,
  minute,
  operator,
  startTimedHouse,
  type TimedHouse,
} from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";

let at: TimedHouse;
beforeEach(async () => {
  at = await startTimedHouse();
});
afterEach(async () => {
  await at.house.close();
});

const change = async (line: string): Promise<void> => {
  const omar = person(at.house, operator);
  await omar.command(line, { channelId });
  await formSays(at.house, omar, "*After:*");
  await omar.submit();
  await formSays(at.house, omar, "was reassigned");
  await omar.close();
};

it("promises no end on the card, in the status, on a reminder or by a button", async () => {
  await at.reassign();
  const omar = person(at.house, operator);
  await omar.command("show Roadside");
  const before = await toldAlone(at.house, operator, "ends by itself");
  expect(buttonsOf(before)).toContain("Keep");
  await change("reassign Roadside to Roadside assistance because it is fixed");
  await omar.command("show Roadside");
  const card = await toldAlone(at.house, operator, "because it is fixed".slice(8));
  expect(textOf(card)).not.toContain("ends by itself");
  expect(buttonsOf(card)).not.toContain("Keep");
  await omar.command("status");
  await toldAlone(at.house, operator, "All is as usual");
  await omar.click("keep_change:card", { in: before });
  await toldAlone(at.house, operator, "has superseded this one");
  at.pass(25 * minute);
  const { timed } = at.house.ground.store.workspace("T0PATCH01");
  await at.house.slack.eventually("the time of the reminder", async () =>
    (await timed.open()).some(({ state }) => state === "reminded"),
  );
  at.pass(6 * minute);
  await at.house.slack.eventually("its end", async () => (await timed.open()).length === 0);
  const said = at.house.slack.messages(channelId).map((message) => textOf(message));
  expect(said.filter((text) => text.includes("ends by itself"))).toEqual([]);
  expect(at.answers()).toBe(agents.before);
  expect(at.patches()).toHaveLength(2);
});

it("promises the end again once the newer change was undone", async () => {
  await at.reassign();
  await change("reassign Roadside to Holding message");
  const omar = person(at.house, operator);
  await omar.click("undo", { in: await toldInChannel(at.house, channelId, "*Holding message*") });
  await formSays(at.house, omar, "*After:*");
  await omar.submit();
  await formSays(at.house, omar, "was reassigned");
  await omar.command("show Roadside");
  await toldAlone(at.house, operator, "ends by itself");
  at.pass(31 * minute);
  await toldInChannel(at.house, channelId, "is as before again");
  expect(at.answers()).toBe(agents.before);
});
