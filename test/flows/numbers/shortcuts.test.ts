import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { chooseMoreIn } from "../status/overflow.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa", "speechify"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterAll(async () => {
  await harness.close();
});

/** Calls the message shortcut on a message with this text, in a thread of the incidents channel. */
const inMessage = async (text: string, words: string) => {
  const message = { channelId: "C0INCID01", ts: "1700000001.000200", thread_ts: "1700000000.000100", text };
  return opens(harness, omar, async () => omar.messageShortcut("numbers_in_message", message), words);
};

describe("the global shortcut", () => {
  it("opens a blank reassign form, and the result goes to the person directly", async () => {
    await opens(harness, omar, async () => omar.globalShortcut("reassign_number"), "Number");
    const [number] = await omar.options("number", "london");
    if (!number) throw new Error("no such number");
    await omar.choose("number", number);
    await formSays(harness, omar, "Now:");
    const [agent] = await omar.options("agent", "night");
    if (!agent) throw new Error("no such agent");
    await omar.choose("agent", agent);
    await formSays(harness, omar, "After:");
    await omar.submit();
    const form = await formSays(harness, omar, "Reassigned by");
    expect(blockText(form)).not.toContain("could *not* be notified");
    const told = await harness.slack.eventually(
      "a direct message",
      () => harness.slack.directMessages("U0OPER001")[0],
    );
    expect(blockText(told)).toContain("*London office* →");
    expect(harness.vendors.dialnexa.effective("phn_m6q3wd8ka7tf").agentId).toBe("agt_b3t6vz1rd8hc");
  });
});

// G7
describe("a change from where there is no channel", () => {
  const reassign = async (channelId: string, agentName: string) => {
    await omar.close();
    await opens(harness, omar, async () => omar.globalShortcut("reassign_number"), "Number");
    const [number] = await omar.options("number", "billing");
    if (!number) throw new Error("no such number");
    await omar.choose("number", number);
    await formSays(harness, omar, "Channel to tell");
    const [agent] = await omar.options("agent", agentName);
    if (!agent) throw new Error("no such agent");
    await omar.choose("agent", agent);
    await formSays(harness, omar, "After:");
    await omar.choose("tell", { text: "channel", value: channelId });
    await omar.submit();
    return formSays(harness, omar, "Reassigned by");
  };

  it("is told in the channel that was chosen in its form", async () => {
    const before = harness.slack.messages("C0VOICE01").length;
    await reassign("C0VOICE01", "front desk");
    const told = await harness.slack.eventually("the message", () =>
      harness.slack.messages("C0VOICE01").at(before),
    );
    expect(blockText(told)).toContain("*Billing* →");
  });

  it("says in the form that Patchbay is not in the channel, and tells the person", async () => {
    const direct = harness.slack.directMessages("U0OPER001").length;
    await reassign("C0INCID01", "night desk");
    await formSays(harness, omar, "cannot post in <#C0INCID01>, so only you were told");
    const told = await harness.slack.eventually("a direct message", () =>
      harness.slack.directMessages("U0OPER001").at(direct),
    );
    expect(blockText(told)).toContain("*Billing* →");
  });

  it("has no such choice where the form was opened in a channel", async () => {
    await omar.close();
    const line = "reassign billing";
    const form = await opens(
      harness,
      omar,
      async () => omar.command(line, { channelId: "C0VOICE01" }),
      "*Now:*",
    );
    expect(blockText(form)).not.toContain("Channel to tell");
    await omar.close();
  });
});

describe("the message shortcut", () => {
  it("finds numbers however they are written, once each, and shows who answers", async () => {
    const view = await inMessage(
      "Calls to (415) 555-0132 fail!\n<tel:+14155550147|+1 415-555-0147> too, and\n+1 786 555 0166\n786.555.0190\nand +14155550132 again, see order 12345",
      "answers now",
    );
    const titles = [...blockText(view).matchAll(/^\*([^*]+)\* \(\+1[^)]*\)/gmu)].map(([, title]) => title);
    expect(titles).toEqual(["Support main", "Support overflow", "Spa", "Restaurant"]);
    expect(blockText(view)).toContain("*Front desk* answers now.");
    expect(buttonsOf(view)).toHaveLength(5 + 5 + 4 + 3);
  });

  it("says that a number is not connected, and that a message contains none", async () => {
    expect(blockText(await inMessage("Call +1 212 555 0100", "not among"))).toContain(
      "+1 212 555 0100 is not among the connected numbers.",
    );
    await inMessage("Nothing works at all", "There is no phone number in this message.");
  });

  it("has buttons that work inside the form, and reports the result in the thread", async () => {
    const before = harness.slack.messages("C0INCID01").length;
    await inMessage("+13055550111 is broken", "answers now");
    await omar.click("reassign");
    await formSays(harness, omar, "*Concierge* answers.");
    const [agent] = await omar.options("agent", "holding");
    if (!agent) throw new Error("no such agent");
    await omar.choose("agent", agent);
    await formSays(harness, omar, "After:");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    const told = await harness.slack.eventually("the message", () =>
      harness.slack.messages("C0INCID01").at(before),
    );
    expect(blockText(told)).toContain("*Hotel front*");
    expect(told.threadTs).toBe("1700000000.000100");
    expect(harness.vendors.speechify.effective("phone_01K4VX8D3N7T2QHMZ6R9YB00P1").agentId).toMatch(/A3$/u);
  });

  it("shows the history in the form, and the number again", async () => {
    const direct = harness.slack.directMessages("U0OPER001").length;
    await inMessage("+13055550111 is still broken", "answers now");
    await chooseMoreIn(omar, "History", omar.view(), "view");
    const history = await formSays(harness, omar, "History of *Hotel front*");
    expect(blockText(history)).toContain("*Concierge* → *Holding message*");
    await omar.click("show");
    await formSays(harness, omar, "Last rerouted by <@U0OPER001>");
    expect(harness.slack.directMessages("U0OPER001")).toHaveLength(direct);
  });

  it("names a vendor that is down, whose number it may be", async () => {
    const other = await startHarness({ connected: ["dialnexa", "speechify"], logTo: quiet });
    try {
      other.vendors.speechify.fault({ kind: "status", status: 503 });
      const who = person(other, "U0OPER001");
      const message = { channelId: "C0INCID01", ts: "1700000001.000200", text: "+13055550111 is broken" };
      const act = async () => who.messageShortcut("numbers_in_message", message);
      const view = await opens(other, who, act, "Not answering just now");
      expect(blockText(view)).toContain("speechify demo");
    } finally {
      await other.close();
    }
  });

  it("shows ten numbers at most, and each within Slack's limits", async () => {
    const many = Array.from({ length: 30 }, (_, at) => `+1415555${String(2000 + at)}`).join("\n");
    const view = await inMessage(many, "not among");
    expect(view.blocks.length).toBeLessThanOrEqual(100);
    expect(blockText(view)).toContain("20 more");
  });
});
