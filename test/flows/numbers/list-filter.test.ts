import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { person } from "../../support/screen.ts";
import { blockText, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa", "oneinbox"], logTo: quiet });
  omar = person(harness, "U0OPER001");
  harness.vendors.dialnexa.changeNumber("phn_x8p1tk6hz2ws", { status: "pending" });
});
afterAll(async () => {
  await harness.close();
});

/** What the list prints for a filter: its numbers, a title each, and all of its words. */
async function listed(filter: string): Promise<{ titles: string[]; words: string }> {
  const before = harness.slack.ephemerals("U0OPER001").length;
  await omar.command(`list ${filter}`, { channelId: "C0INCID01" });
  const list = await harness.slack.eventually(`a list for ${filter}`, () =>
    harness.slack.ephemerals("U0OPER001").at(before),
  );
  const words = blockText(list);
  return {
    titles: [...words.matchAll(/^\*([^*\n]+)\* (?:\(\+|→)/gmu)].map(([, title = ""]) => title),
    words,
  };
}

// E11
it.each([
  ["nobody", ["Billing", "Billing"]],
  ["dialnexa billing", ["Billing"]],
  ["billing dialnexa demo", ["Billing"]],
  ["BILLING nobody oneinbox", ["Billing"]],
  ["callers reach", ["Billing", "Billing"]],
  ["front support", ["Support main", "Support overflow"]],
  ["pending", ["+1 206 555 0119"]],
  ["holding dialnexa pending", ["+1 206 555 0119"]],
  ["0147 dialnexa", ["Support overflow"]],
  ["+1 415 555 0147 support", ["Support overflow"]],
  ["Support overflow (+1 415 555 0147) · dialnexa demo", ["Support overflow"]],
  ["support (415)", ["Support main", "Support overflow"]],
  ['"main clinic"', []],
  ['"clinic main"', ["Clinic main"]],
  ["main clinic", ["Clinic main"]],
  ["dialnexa appointments", []],
])("lists for %s what has every word", async (filter, titles) => {
  const { titles: found, words } = await listed(filter);
  expect(found.toSorted()).toEqual([...titles].toSorted());
  expect(words).toContain(`*${titles.length} number`);
});

// E11
it("lists by what stands in the way of a change", async () => {
  await omar.command("freeze 0178 because we look", { channelId: "C0INCID01" });
  await harness.slack.eventually("the freeze", () =>
    harness.slack.messages("C0INCID01").find((message) => blockText(message).includes("is frozen by")),
  );
  expect((await listed("frozen billing")).titles).toEqual(["Billing"]);
  expect((await listed("frozen clinic")).titles).toEqual([]);
});

// E11
it("offers in a picker what has every word that it prints", async () => {
  await opens(harness, omar, async () => omar.command("reassign"), "Number");
  const texts = async (typed: string) => (await omar.options("number", typed)).map(({ text }) => text);
  expect(await texts("oneinbox nobody")).toEqual(["Billing (+1 857 555 0159)"]);
  expect(await texts("night new york")).toEqual(["Sales New York (+1 212 555 0163)"]);
});
