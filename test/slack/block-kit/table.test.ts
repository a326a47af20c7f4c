import { expect, it } from "vitest";
import { visibleText } from "../../../src/sandbox/slack/index.ts";
import { messageRefusal } from "../../../src/sandbox/slack/checks/message-checks.ts";
import { escape, message, section } from "../../../src/slack/block-kit/blocks.ts";
import { table, withoutTable, type TableRow } from "../../../src/slack/block-kit/table.ts";

const headings = ["Number", "Answered by", "Where"] as const;
const rows = (count: number, text = "x"): TableRow[] =>
  Array.from({ length: count }, (_, at) => [`${text}${at}`, text, text]);
const drawn = (all: readonly TableRow[]) => {
  const block = table(headings, all);
  if (!block) throw new Error("there is no table");
  return message([section("Numbers"), block], "Numbers");
};
const shown = ({ blocks }: ReturnType<typeof drawn>) => visibleText({ blocks });

it("has words of mrkdwn and text from outside as it is, and no empty cell", () => {
  const said = drawn([
    [`*${escape("A & B <c>")}*`, { emoji: "warning", text: "*nobody*" }, ""],
    [escape("*bold* :fire:"), "`agent_1`", "frozen"],
  ]);
  expect(messageRefusal({ ...said })).toBeUndefined();
  expect(shown(said).split("\n").slice(1)).toEqual([
    ...headings,
    "A & B <c>",
    " nobody",
    "–",
    "*bold* :fire:",
    "agent_1",
    "frozen",
  ]);
  expect(JSON.stringify(said.blocks)).toContain('{"type":"emoji","name":"warning"}');
});

it("is there only where Slack has room for it", () => {
  expect(table(headings, [])).toBeUndefined();
  expect(messageRefusal({ ...drawn(rows(99)) })).toBeUndefined();
  expect(table(headings, rows(100))).toBeUndefined();
  expect(table(headings, rows(20, "x".repeat(200)))).toBeUndefined();
});

it("becomes lines for a Slack that refuses tables", () => {
  const said = drawn([["A &amp; B", { emoji: "warning", text: "*nobody*" }, "+1 617 · prod"]]);
  const plain = withoutTable(said);
  expect(plain?.blocks).toEqual([
    section("Numbers"),
    section("A &amp; B · :warning: nobody · +1 617 · prod"),
  ]);
  expect(plain?.text).toBe("Numbers");
  expect(plain && withoutTable(plain)).toBeUndefined();
});
