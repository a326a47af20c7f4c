import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: [], logTo: quiet });
  omar = person(harness, "U0OPER001");
  harness.vendors.speechify.addAccount({
    key: harness.keys.speechify,
    agents: [
      { id: "agent_A", name: "Concierge" },
      { id: "agent_B", name: "Concierge (test)" },
    ],
    numbers: [
      { id: "phone_ROAD", e164: "+12145550152", name: "Roadside" },
      { id: "phone_LON", e164: "+442079460958", name: "London" },
      { id: "phone_BER", e164: "+4930901820", name: "Berlin" },
      { id: "phone_BRA", e164: "+5508005700800", name: "São Paulo" },
      { id: "phone_RAW", e164: "14155550199", name: null },
      { id: "phone_OLD", e164: "+13105550177", name: "Line (0122)" },
    ],
  });
  await harness.connect("speechify", "T0PATCH01", "Speech");
});
afterAll(async () => {
  await harness.close();
});

async function answer(line: string): Promise<SandboxMessage> {
  const before = harness.slack.ephemerals("U0OPER001").length;
  await omar.command(line, { channelId: "C0INCID01" });
  return harness.slack.eventually(`an answer to “${line}”`, () =>
    harness.slack.ephemerals("U0OPER001").at(before),
  );
}

const shows = async (typed: string): Promise<string> => blockText(await answer(`show ${typed}`));

describe("a title that Patchbay wrote names its number when it is pasted", () => {
  // D5
  it.each([
    ["as it is", "Roadside (+1 214 555 0152)"],
    ["with marks", "*Roadside* (+1 214 555 0152)"],
    ["with its connection", "Roadside (+1 214 555 0152) · Speech"],
    ["with its connection and vendor", "Roadside (+1 214 555 0152) · Speech (Speechify)"],
    ["in another case", "ROADSIDE (+12145550152)"],
    ["its id in marks", "`phone_ROAD`"],
  ])("%s", async (_how, typed) => {
    expect(await shows(typed)).toContain("*Roadside* (+1 214 555 0152)");
  });

  it("that has digits in brackets in its name", async () => {
    expect(await shows("Line (0122)")).toContain("*Line (0122)* (+1 310 555 0177)");
    expect(await shows("Line (0122) (+1 310 555 0177)")).toContain("*Line (0122)* (+1 310 555 0177)");
  });

  it("but not one that says another number's digits", async () => {
    expect(await shows("Roadside (+44 20 7946 0958)")).toContain("No number is called");
  });

  it("in a freeze and its end", async () => {
    const title = "Roadside (+1 214 555 0152)";
    const told = (words: string) =>
      harness.slack.eventually(words, () =>
        harness.slack.messages("C0INCID01").find((message) => blockText(message).includes(words)),
      );
    await omar.command(`freeze ${title} because we look`, { channelId: "C0INCID01" });
    expect(await told("is frozen by")).toBeDefined();
    await omar.command(`unfreeze ${title}`, { channelId: "C0INCID01" });
    expect(await told("unfroze it")).toBeDefined();
  });

  it("as do an agent's name and id", async () => {
    for (const typed of ["Concierge (agent_A)", "Concierge `agent_A`", "agent `agent_A`"]) {
      const act = async () => omar.command(`reassign Roadside to ${typed}`);
      expect(await opens(harness, omar, act, "→ *Concierge*\n")).toBeDefined();
      await omar.close();
    }
    const other = async () => omar.command("reassign Roadside to Concierge (test)");
    expect(await opens(harness, omar, other, "*Concierge (test)*")).toBeDefined();
    await omar.close();
  });
});

describe("a number is named by its digits as its vendor has them", () => {
  // D6
  it("where a library would write it otherwise", async () => {
    const card = await shows("+5508005700800");
    expect(card).toContain("*São Paulo* (+5508005700800)");
    expect(await shows("+55 0800 570 0800")).toContain("*São Paulo* (+5508005700800)");
    expect(await shows("São Paulo (+5508005700800)")).toContain("*São Paulo* (+5508005700800)");
  });

  it("where it has no plus", async () => {
    for (const typed of ["14155550199", "+14155550199", "+1 415 555 0199", "0199"])
      expect(await shows(typed)).toContain("*14155550199*");
  });
});

describe("a number is named as people write it", () => {
  // D7, E10
  it.each([
    ["+49 30/901820", "*Berlin*"],
    ["+49 30 901820 ext. 5", "*Berlin*"],
    ["+49 (0)30 901820", "*Berlin*"],
    ["030/901820", "*Berlin*"],
    ["030 90 18 20 x9", "*Berlin*"],
    ["tel:+4930901820;ext=12", "*Berlin*"],
    ["0044 20 7946 0958", "*London*"],
    ["011 44 20 7946 0958", "*London*"],
    ["020 7946 0958", "*London*"],
    ["020 7946 0958 ext. 12", "*London*"],
    ["(020) 7946-0958", "*London*"],
    ["+44 (0) 20 7946 0958", "*London*"],
    ["00 1 214 555 0152", "*Roadside*"],
    ["1-214-555-0152 extension 3", "*Roadside*"],
    ["(+1) 214 555 0152", "*Roadside*"],
    ["２１４ ５５５ ０１５２", "*Roadside*"],
  ])("%s", async (typed, title) => {
    expect(await shows(typed)).toContain(title);
  });

  // E10
  it.each([
    ["the beginning of one", "+1 214", ["Roadside (+1 214 555 0152) · Speech"]],
    [
      "digits in its middle",
      "5550",
      [
        "14155550199 · Speech",
        "Line (0122) (+1 310 555 0177) · Speech",
        "Roadside (+1 214 555 0152) · Speech",
      ],
    ],
    ["one wrong digit", "+44 20 7946 0959", ["London (+44 20 7946 0958) · Speech"]],
    ["two that changed places", "+44 20 7946 0985", ["London (+44 20 7946 0958) · Speech"]],
  ])("%s is offered, and nothing else", async (_what, typed, offered) => {
    const none = await answer(`show ${typed}`);
    expect(blockText(none)).toContain("No number is called");
    expect(buttonsOf(none)).toEqual(offered);
  });

  it.each(["ext. 12", "x9", "9876", "+33 1 23 45 67 89", "0049 89 123456", "+1 415 999 0000"])(
    "nothing unrelated is offered for %s",
    async (typed) => {
      const none = await answer(`show ${typed}`);
      expect(blockText(none)).toMatch(/No number is called|too short/u);
      expect(buttonsOf(none)).toEqual([]);
    },
  );
});

describe("the message shortcut", () => {
  const inMessage = async (message: Record<string, unknown>, words: string) => {
    const at = { channelId: "C0INCID01", ts: "1700000001.000200", text: "" };
    return opens(
      harness,
      omar,
      async () => omar.messageShortcut("numbers_in_message", { ...at, ...message }),
      words,
    );
  };

  // D6
  it("finds a number that a library does not know, or would write otherwise", async () => {
    const view = await inMessage({ text: "+5508005700800 and 0044 20 7946 0958" }, "São Paulo");
    expect(blockText(view)).toContain("*London*");
  });

  // D1
  it.each([
    ["an attachment's text", { attachments: [{ text: "Calls to +1 214 555 0152 fail" }] }],
    [
      "an attachment's field",
      { attachments: [{ fields: [{ title: "Line", value: "<tel:+12145550152|Roadside>" }] }] },
    ],
    ["a section", { blocks: [{ type: "section", text: { type: "mrkdwn", text: "*Line* (214) 555-0152" } }] }],
    [
      "a section's fields",
      { blocks: [{ type: "section", fields: [{ type: "plain_text", text: "+12145550152" }] }] },
    ],
    [
      "a header",
      { blocks: [{ type: "header", text: { type: "plain_text", text: "+12145550152 is down" } }] },
    ],
    ["a context", { blocks: [{ type: "context", elements: [{ type: "mrkdwn", text: "to +12145550152" }] }] }],
    [
      "rich text of several parts",
      {
        blocks: [
          {
            type: "rich_text",
            elements: [
              {
                type: "rich_text_section",
                elements: [
                  { type: "text", text: "call +1 214 " },
                  { type: "text", text: "555 0152", style: { bold: true } },
                ],
              },
            ],
          },
        ],
      },
    ],
    [
      "a list in an attachment's blocks",
      {
        attachments: [
          {
            blocks: [
              {
                type: "rich_text",
                elements: [
                  {
                    type: "rich_text_list",
                    elements: [
                      {
                        type: "rich_text_section",
                        elements: [{ type: "link", url: "tel:+12145550152", text: "Roadside" }],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  ])("finds a number in %s", async (_where, message) => {
    const view = await inMessage(message, "answers");
    expect(blockText(view)).toContain("*Roadside* (+1 214 555 0152)");
  });

  it("reads nothing of what people do not see", async () => {
    const hidden = { type: "button", text: { type: "plain_text", text: "Ack" }, value: "+12145550152" };
    const view = await inMessage({ blocks: [{ type: "actions", elements: [hidden] }] }, "There is no phone");
    expect(blockText(view)).not.toContain("Roadside");
  });

  // D1
  it("fills in an incident from an alert's attachment", async () => {
    const message = {
      channelId: "C0INCID01",
      ts: "1.1",
      text: "",
      attachments: [{ title: "OPS-78: calls &amp; texts drop" }],
    };
    await opens(harness, omar, async () => omar.messageShortcut("start_incident", message), "belong to it");
    const form = JSON.stringify((await formSays(harness, omar, "Key")).blocks);
    expect(form).toContain('"initial_value":"OPS-78"');
    expect(form).toContain('"initial_value":"OPS-78: calls & texts drop"');
  });
});
