import { expect, it } from "vitest";
import { messageRefusal } from "../../../src/sandbox/slack/checks/message-checks.ts";
import { viewRefusal } from "../../../src/sandbox/slack/checks/block-checks.ts";

const cell = (text: string) => ({ type: "raw_text", text });
const rich = (elements: unknown[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const table = (rows: unknown[][], more = {}) => ({ type: "table", rows, ...more });
const refusal = (...blocks: object[]) => messageRefusal({ text: "t", blocks });
const many = (count: number, text = "x") => Array.from({ length: count }, () => cell(text));

it.each([
  ["the largest table", table(Array.from({ length: 100 }, () => many(20)))],
  [
    "settings for some of the columns",
    table([many(3)], { column_settings: [{ align: "right", is_wrapped: true }] }),
  ],
  ["10,000 characters", table([many(10, "x".repeat(1000))])],
  [
    "words, links, people and emoji",
    table([
      [
        rich([
          { type: "text", text: "a", style: { bold: true } },
          { type: "emoji", name: "warning" },
          { type: "link", url: "https://example.com" },
          { type: "user", user_id: "U1" },
        ]),
      ],
    ]),
  ],
])("takes %s", (_what, block) => {
  expect(refusal(block)).toBeUndefined();
});

it.each([
  ["no rows", table([])],
  ["101 rows", table(Array.from({ length: 101 }, () => many(1)))],
  ["21 cells in a row", table([many(21)])],
  ["a row without cells", table([[]])],
  ["an empty cell", table([[cell("")]])],
  ["an empty text in a cell", table([[rich([{ type: "text", text: "" }])]])],
  ["a cell without elements", table([[rich([])]])],
  ["mrkdwn in a cell", table([[{ type: "mrkdwn", text: "*a*" }]])],
  ["a button in a cell", table([[{ type: "button", text: cell("a"), action_id: "a" }]])],
  ["21 settings", table([many(1)], { column_settings: Array.from({ length: 21 }, () => ({})) })],
  ["another alignment", table([many(1)], { column_settings: [{ align: "top" }] })],
  ["a title", table([many(1)], { title: "a" })],
  ["more than 10,000 characters", table([many(11, "x".repeat(1000))])],
])("refuses %s", (_what, block) => {
  expect(refusal(block)?.error).toBe("invalid_blocks");
});

it("refuses a second table in a message, and any in a form or on the App Home", () => {
  const two = refusal(table([many(1)]), table([many(1)]));
  expect(two).toEqual({ error: "invalid_attachments", messages: ["[ERROR] only_one_table_allowed"] });
  const title = { type: "plain_text", text: "t" };
  const blocks = [table([many(1)])];
  for (const type of ["modal", "home"] as const)
    expect(viewRefusal({ type, title, blocks }, type)?.error).toBe("invalid_arguments");
});
