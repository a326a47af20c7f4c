import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, opens } from "../../support/words.ts";

const oddNames = [
  { id: "phone_ODD1", e164: "+13105550101", name: "Go to market" },
  { id: "phone_ODD2", e164: "+13105550102", name: "Bob’s “late” line" },
  { id: "phone_ODD3", e164: "+13105550103", name: "  R&D   <lab>  " },
  { id: "phone_ODD4", e164: "+13105550104", name: "Cafe\u0301 Zu\u0308rich" },
  { id: "phone_ODD5", e164: "+13105550101", name: "Shared line" },
];
const twins = [
  { id: "agent_TWIN1", name: "Greeter" },
  { id: "agent_TWIN2", name: "Greeter" },
  { id: "agent_TO", name: "Way to go" },
];

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa", "cartesia"] });
  omar = person(harness, "U0OPER001");
  // An account of its own, with names that are hard to type.
  harness.vendors.speechify.addAccount({ key: harness.keys.speechify, agents: twins, numbers: oddNames });
  await harness.connect("speechify", "T0PATCH01", "Odd ones");
});
afterAll(async () => {
  await harness.close();
});

/** What the operator alone is told in answer to a line. */
async function answer(line: string): Promise<SandboxMessage> {
  const before = harness.slack.ephemerals("U0OPER001").length;
  await omar.command(line, { channelId: "C0INCID01" });
  return harness.slack.eventually(`an answer to “${line}”`, () =>
    harness.slack.ephemerals("U0OPER001").at(before),
  );
}

describe("a number is named by", () => {
  it.each([
    ["E.164", "+14155550147"],
    ["E.164 with blanks", "+1 415 555 0147"],
    ["E.164 with brackets and dashes", "+1 (415) 555-0147"],
    ["E.164 with dots", "+1.415.555.0147"],
    ["E.164 with a phone's own dashes and blanks", "+1\u00A0415\u2011555\u20110147"],
    ["Slack's own link", "<tel:+14155550147|+1 415-555-0147>"],
    ["a link with punctuation in it", "<tel:+1(415)555-0147|(415) 555-0147>"],
    ["a tel: address", "tel:+14155550147"],
    ["its national form", "(415) 555-0147"],
    ["its last four digits", "0147"],
    ["its last seven digits", "555-0147"],
    ["its name", "Support overflow"],
    ["its name in another case", "SUPPORT overFLOW"],
    ["its name in quotes", '"Support overflow"'],
    ["its name in smart quotes", "“support overflow”"],
    ["its vendor id", "phn_c4n8rt2vy6jd"],
  ])("%s", async (_way, typed) => {
    expect(blockText(await answer(`show ${typed}`))).toContain("*Support overflow* (+1 415 555 0147)");
  });

  it.each([
    ["E.164 with the (0) that is not dialled", "+44 (0)20 7946 0958", "*London office*"],
    ["a name with “to” in it", "Go to market", "*Go to market*"],
    ["a name with smart quotes, typed plainly", `Bob's "late" line`, "*Bob’s “late” line*"],
    ["a name with smart quotes, typed smartly", "Bob’s “late” line", "*Bob’s “late” line*"],
    ["a name with an ampersand and brackets, which Slack escapes", "r&d <lab>", "R&amp;D   &lt;lab&gt;"],
    ["a name with accents in their other spelling", "Café Zürich", "Cafe\u0301 Zu\u0308rich"],
  ])("%s", async (_way, typed, title) => {
    expect(blockText(await answer(`show ${typed}`))).toContain(title);
  });
});

describe("what names no single number", () => {
  it("shows several as buttons, of which one is then read live", async () => {
    const several = await answer("show +13105550101");
    expect(blockText(several)).toContain("“+13105550101” names 2 numbers. Which one?");
    expect(buttonsOf(several)).toEqual([
      "Go to market (+1 310 555 0101) · Odd ones",
      "Shared line (+1 310 555 0101) · Odd ones",
    ]);
    harness.vendors.speechify.changeNumber("phone_ODD5", { agent_id: "agent_TO" });
    const before = harness.slack.ephemerals("U0OPER001").length;
    await omar.click("show:1", { in: several });
    const card = await harness.slack.eventually("the card", () =>
      harness.slack.ephemerals("U0OPER001").at(before),
    );
    expect(blockText(card)).toContain("*Shared line* (+1 310 555 0101)");
    expect(blockText(card)).toContain("*Way to go* answers now.");
  });

  it("suggests the closest names for an unknown name", async () => {
    const none = await answer("show suport overflw");
    expect(blockText(none)).toContain("No number is called “suport overflw”. The nearest:");
    expect(buttonsOf(none)[0]).toBe("Support overflow (+1 415 555 0147) · dialnexa demo");
    expect(none.text).toContain("Support overflow (+1 415 555 0147)");
  });

  it("suggests the closest numbers for mistyped digits", async () => {
    const none = await answer("show +1 415 555 0148");
    expect(blockText(none)).toContain("No number is called");
    expect(buttonsOf(none)).toContain("Support overflow (+1 415 555 0147) · dialnexa demo");
  });

  it("does not guess from three digits", async () => {
    const none = await answer("show 147");
    expect(blockText(none)).toContain("“147” is too short: give the last four digits, or more.");
    expect(blockText(none)).not.toContain("answers now");
  });

  it("never mistakes digits in the middle of a number for its end", async () => {
    expect(blockText(await answer("show 4155"))).toContain("No number is called “4155”.");
  });

  it("suggests the closest numbers as buttons in a form too, and reads the chosen one live", async () => {
    const view = await opens(
      harness,
      omar,
      async () => omar.command("reassign dispatch to dispatch because of the storm"),
      "No number is called “dispatch”. The nearest:",
    );
    expect(buttonsOf(view)).toEqual([
      "Dispatch north (+1 512 555 0107) · cartesia demo",
      "Dispatch south (+1 512 555 0134) · cartesia demo",
    ]);
    await omar.click("pick:1");
    const read = await formSays(harness, omar, "Now:");
    expect(blockText(read)).toContain("*Dispatch* answers.");
    expect(JSON.stringify(read.state.values)).toContain("ap_T7c3Wn9Q");
    expect(JSON.stringify(read.state.values)).toContain("of the storm");
  });

  it("knows that a verb without “to” leaves it to the name", async () => {
    const view = await opens(
      harness,
      omar,
      async () => omar.command("detach Go to market because it loops"),
      "Now:",
    );
    expect(blockText(view)).toContain("Callers will reach nobody");
    expect(JSON.stringify(view.state.values)).toContain("it loops");
  });
});

describe("an agent is named by", () => {
  it.each([
    ["its name in any case", "reassign Roadside to DISPATCH", "*Roadside assistance* → *Dispatch*"],
    ["its name in quotes", "reassign Roadside to “Holding message”", "→ *Holding message*"],
    ["its id", "reassign Roadside to agent_7hN4pZc2", "→ *Dispatch*"],
    ["a name with “to” in it, in quotes", 'reassign "Go to market" to "Way to go"', "→ *Way to go*"],
    ["its name after a number with “to” in its name", "reassign Go to market to agent_TO", "→ *Way to go*"],
  ])("%s", async (_way, line, after) => {
    const view = await opens(harness, omar, async () => omar.command(line), "After:");
    expect(blockText(view)).toContain(after);
  });

  it.each([
    [
      "an unknown name, with the nearest",
      "reassign Roadside to Dispach",
      "No agent is called “Dispach”. The nearest: *Dispatch*",
    ],
    [
      "a name that two agents have",
      "reassign Shared line to Greeter",
      "More than one agent is called “Greeter”. Choose one below.",
    ],
    [
      "an agent without a published version",
      "reassign 0178 to Spring campaign (draft)",
      "cannot answer a number: it has no published version.",
    ],
  ])("%s is left to be chosen", async (_way, line, words) => {
    const view = await opens(harness, omar, async () => omar.command(line), words);
    expect(blockText(view)).toContain("Now:");
    expect(blockText(view)).not.toContain("After:");
  });

  it("distinguishes agents with the same name in the menu, and leaves out unassignable ones", async () => {
    await opens(harness, omar, async () => omar.command("reassign Shared line"), "Now:");
    const found = await omar.options("agent", "greet");
    expect(found.map(({ text, description }) => [text, description])).toEqual([
      ["Greeter", "agent_TWIN1"],
      ["Greeter", "agent_TWIN2"],
    ]);
    await opens(harness, omar, async () => omar.command("reassign 0178"), "Now:");
    expect(await omar.options("agent", "draft")).toEqual([]);
  });
});
