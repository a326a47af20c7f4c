import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person } from "../../support/screen.ts";
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
    titles: [...words.matchAll(/^(?::warning: )?\*([^*\n]+)\* →/gmu)].map(([, title = ""]) => title),
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

describe("the menu of a list", () => {
  const listOf = async (filter: string, words: string) => {
    const before = harness.slack.ephemerals("U0OPER001").length;
    await omar.command(`list ${filter}`, { channelId: "C0INCID01" });
    return harness.slack.eventually(`a list that says ${words}`, () =>
      harness.slack
        .ephemerals("U0OPER001")
        .slice(before)
        .find((message) => blockText(message).includes(words)),
    );
  };
  const filtered = async (ts: string, words: string) =>
    harness.slack.eventually(`the list with ${words}`, () =>
      harness.slack
        .ephemerals("U0OPER001")
        .find((message) => message.ts === ts && blockText(message).includes(words)),
    );

  it("filters by state in the message itself and keeps the other words", async () => {
    const list = await listOf("billing", "for “billing”");
    await omar.choose("list:filter", { text: "Frozen", value: "frozen billing" }, { in: list });
    const frozen = await filtered(list.ts, "for “frozen billing”");
    expect(blockText(frozen)).toContain("*1 number*");
    await omar.choose("list:filter", { text: "All numbers", value: "all billing" }, { in: frozen });
    expect(blockText(await filtered(list.ts, "for “billing”"))).toContain("*2 numbers*");
  });

  it("offers what changed for a while and what was changed elsewhere", async () => {
    await omar.command("reassign Support overflow to Night desk for 30m");
    await formSays(harness, omar, "*Reverts*");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    const list = await listOf("dialnexa", "for “dialnexa”");
    await omar.choose("list:filter", { text: "Temporary", value: "temporary dialnexa" }, { in: list });
    const temporary = blockText(await filtered(list.ts, "temporary dialnexa"));
    expect(temporary).toContain("*1 number*");
    expect(temporary).toContain("*Support overflow* → *Night desk*");
    const connectionId = harness.connections.dialnexa?.id ?? "";
    const drift = {
      kind: "changed_elsewhere",
      key: { connectionId, numberId: "phn_x8p1tk6hz2ws" },
      e164: "+12065550119",
      connection: "dialnexa demo",
      vendor: "dialnexa",
      now: null,
      labels: {},
    } as const;
    const actor = { kind: "system", job: "drift" } as const;
    await harness.infra.store
      .workspace("T0PATCH01")
      .drifts.see(drift, { kind: "drift.seen", actor, requestId: "test" });
    expect((await listed("drifted")).titles).toEqual(["+1 206 555 0119"]);
  });

  it("keeps words that do not fit into an option on the server", async () => {
    const long = `billing ${"x".repeat(80)}`;
    const list = await listOf(long, "*0 numbers*");
    const option = JSON.stringify(list.blocks).match(/"nobody (kept:form_[^"]+)"/u);
    await omar.choose("list:filter", { text: "No agent", value: `nobody ${option?.[1]}` }, { in: list });
    expect(blockText(await filtered(list.ts, "“nobody billing xxx"))).toContain("*0 numbers*");
  });
});

// E11
it("offers in a picker what has every word that it prints", async () => {
  await opens(harness, omar, async () => omar.command("reassign"), "Number");
  const texts = async (typed: string) => (await omar.options("number", typed)).map(({ text }) => text);
  expect(await texts("oneinbox nobody")).toEqual(["Billing (+1 857 555 0159)"]);
  expect(await texts("night new york")).toEqual(["Sales New York (+1 212 555 0163)"]);
});
