import { expect, it } from "vitest";
import { button } from "../../../src/slack/block-kit/blocks.ts";
import { confirmed } from "../../../src/slack/block-kit/confirmed.ts";
import { buttonRow, readOption, rowWithout } from "../../../src/slack/block-kit/button-row.ts";

const make = (count: number, value = "con_1/pn_1") =>
  Array.from({ length: count }, (_, at) => button(`act:${at}`, `Act ${at}`, value));
const shape = (row: ReturnType<typeof buttonRow>) =>
  row.elements.map((element) => (element.type === "overflow" ? element.options.length : element.type));
const long = "x".repeat(70);

it.each([
  [1, 0, ["button"]],
  [1, 2, ["button", "button", "button"]],
  [2, 2, ["button", "button", 2]],
  [3, 1, ["button", "button", 2]],
  [3, 2, ["button", "button", "button", 2]],
  [5, 2, ["button", "button", "button", 4]],
])("of %i buttons and %i more shows three at most and no menu of one", (main, more, expected) => {
  expect(shape(buttonRow(make(main), make(more)))).toEqual(expected);
});

it("reads an entry back as the button that it stands for", () => {
  const row = buttonRow([], [...make(3), button("end_change:status", "Revert now", '{"a": "b c"}')]);
  const menu = row.elements.find((element) => element.type === "overflow");
  expect(menu?.options.map(({ value = "" }) => readOption(value)).at(-1)).toEqual({
    actionId: "end_change:status",
    value: '{"a": "b c"}',
  });
});

it("reads a value that does not fit from the record or from the server", () => {
  const read = (source: Parameters<typeof buttonRow>[2]) => {
    const [menu] = buttonRow([], make(4, long), source).elements;
    return menu?.type === "overflow" ? readOption(menu.options[0]?.value ?? "")?.value : undefined;
  };
  expect(read({ changeId: "chg_1" })).toEqual({ changeId: "chg_1" });
  expect(read({ token: "form_1" })).toEqual({ token: "form_1" });
  expect(() => buttonRow([], make(4, long))).toThrow(RangeError);
});

it("refuses a menu with a button that asks first, since its entry would not", () => {
  const asks = confirmed(button("detach", "Detach", "k"), { title: "Sure?", text: "Really.", yes: "Detach" });
  expect(() => buttonRow(make(3), [asks])).toThrow(RangeError);
  expect(shape(buttonRow([asks], make(3)))).toEqual(["button", 3]);
});

it("refuses more entries than a menu can have", () => {
  expect(() => buttonRow(make(3), make(6))).toThrow(RangeError);
});

it.each(["", "show", "#chg_1", " con_1/pn_1"])("does not read %j as an entry", (text) => {
  expect(readOption(text)).toBeUndefined();
});

it("removes entries from a menu and shows the rest as buttons if they fit", () => {
  const row = buttonRow(make(3), [button("show", "Show", "k"), button("undo", "Undo", "chg_1")]);
  const without = (...gone: string[]) =>
    rowWithout(row, (actionId) => gone.includes(actionId)).flatMap((block) =>
      block.type === "actions" ? shape(block) : [],
    );
  expect(without()).toEqual(["button", "button", "button", 2]);
  expect(without("act:0")).toEqual(["button", "button", 2]);
  expect(without("act:0", "undo")).toEqual(["button", "button", "button"]);
  expect(without("act:0", "act:1", "act:2")).toEqual(["button", "button"]);
  expect(without("act:0", "act:1", "act:2", "show", "undo")).toEqual([]);
});
