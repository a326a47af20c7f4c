import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formSays } from "../../support/screen.ts";
import { blockText, opens } from "../../support/words.ts";
import { startDigitsHarness, type DigitsHarness } from "./digits-harness.ts";

let at: DigitsHarness;
beforeAll(async () => {
  at = await startDigitsHarness();
});
afterAll(async () => {
  await at.harness.close();
});

describe("the message shortcut", () => {
  const inMessage = async (message: Record<string, unknown>, words: string) => {
    const shared = { channelId: "C0INCID01", ts: "1700000001.000200", text: "" };
    return opens(
      at.harness,
      at.omar,
      async () => at.omar.messageShortcut("numbers_in_message", { ...shared, ...message }),
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
    await opens(
      at.harness,
      at.omar,
      async () => at.omar.messageShortcut("start_incident", message),
      "belong to it",
    );
    const form = JSON.stringify((await formSays(at.harness, at.omar, "Key")).blocks);
    expect(form).toContain('"initial_value":"OPS-78"');
    expect(form).toContain('"initial_value":"OPS-78: calls & texts drop"');
  });
});
