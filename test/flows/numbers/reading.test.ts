import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { person, toldAlone } from "../../support/screen.ts";
import { blockText, buttonsOf, quiet } from "../../support/words.ts";
import { answer } from "./answer.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(() => {
  for (const vendor of Object.values(harness.vendors)) vendor.clearFaults();
});
afterAll(async () => {
  await harness.close();
});

describe("list", () => {
  it("shows many numbers as a table of three columns, and as lines in its text", async () => {
    const list = await answer(harness, omar, "list", "24 numbers");
    const words = blockText(list);
    expect(words).toContain("*1–20 of 24 numbers*");
    expect(words).toContain("\nNumber\nAnswered by\nWhere\n");
    expect(words).toContain("\nAfter hours\nEmergency line\n+1 617 555 0181 · oneinbox demo\n");
    expect(words).toContain("\nBilling\n nobody\n+1 312 555 0178 · dialnexa demo\n");
    expect(list.text).toContain("\nAfter hours → Emergency line · +1 617 555 0181 · oneinbox demo\n");
    expect(buttonsOf(list)).toEqual(["Next"]);
    const key = `${harness.connections.cartesia?.id}/pn_B6d1Vz5H`;
    await omar.choose("show:menu", { text: "Roadside (+1 214 555 0152)", value: key }, { in: list });
    await toldAlone(harness, "U0OPER001", "*Roadside assistance* answers now.");
  });

  it("sends lines in place of a table that Slack refuses", async () => {
    for (const way of ["response_url", "chat.postEphemeral", "chat.postMessage"])
      harness.slack.fail(way, { error: "invalid_blocks" }, 1);
    await omar.command("list", { channelId: "C0INCID01" });
    const line = "\nAfter hours · Emergency line · +1 617 555 0181 · oneinbox demo\n";
    const list = await harness.slack.eventually("a list of lines", () =>
      harness.slack.ephemerals("U0OPER001").find((told) => blockText(told).includes(line)),
    );
    expect(list.blocks.map(({ type }) => type)).not.toContain("table");
    harness.slack.clearFailures();
  });

  it("shows a few numbers as lines, each with its button", async () => {
    const list = await answer(harness, omar, "list clinic", "2 numbers");
    expect(buttonsOf(list)).toEqual(["Show", "Show"]);
    expect(list.blocks.map(({ type }) => type)).not.toContain("table");
  });

  it("shows numbers without an agent first", async () => {
    const { text } = await answer(harness, omar, "list", "1–20 of 24");
    const lines = text.split("\n").filter((line) => line.includes(" → "));
    const withoutAgent = lines.filter((line) => line.startsWith(":warning: "));
    expect(withoutAgent.length).toBeGreaterThan(1);
    expect(lines.slice(0, withoutAgent.length)).toEqual(withoutAgent);
  });

  it("turns its pages in the message itself", async () => {
    const list = await answer(harness, omar, "list", "1–20 of 24");
    await omar.click("list:next", { in: list });
    const turned = async (words: string) =>
      harness.slack.eventually(words, () =>
        harness.slack.ephemerals("U0OPER001").find(({ ts, text }) => ts === list.ts && text.includes(words)),
      );
    const second = await turned("21–24 of 24");
    expect(second.replaced).toBe(true);
    expect(buttonsOf(second)).toEqual(["Previous"]);
  });

  it.each([
    ["a name in any case", "list CLINIC", "*2 numbers* for “CLINIC”", "*Clinic main*"],
    ["digits", "list 617 555", "*3 numbers*", "*After hours*"],
    ["an agent", "list roadside assist", "*2 numbers*", "*Fleet desk*"],
    ["a connection", "list speechify demo", "*6 numbers*", "*Spa*"],
    ["a vendor's id", "list ap_M4x8Kp2R", "*1 number*", "*Dispatch north*"],
    ["nothing that there is", "list zzz", "*0 numbers* for “zzz”", ""],
  ])("filters by %s", async (_by, line, count, one) => {
    expect(blockText(await answer(harness, omar, line, count))).toContain(one);
  });

  it("says that a number is not active", async () => {
    expect(blockText(await answer(harness, omar, "list pharmacy", "*1 number*"))).toContain("· inactive");
  });

  it("names a vendor that is down and shows the rest", async () => {
    const slow = await startHarness({ connected: ["cartesia", "oneinbox"], logTo: quiet });
    try {
      slow.vendors.oneinbox.fault({ kind: "status", status: 503 });
      await person(slow, "U0OPER001").command("list");
      const words = blockText(await toldAlone(slow, "U0OPER001", "6 numbers"));
      expect(words).toContain("*oneinbox demo* did not answer, its numbers are missing");
      expect(words).toContain("*Roadside*");
    } finally {
      await slow.close();
    }
  });
});
