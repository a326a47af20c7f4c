import { expect, it } from "vitest";
import { z } from "zod";
import { expiryChoiceValue } from "../../../src/slack/block-kit/expiry-buttons.ts";
import { freezeValue, numberValue, scopeValue } from "../../../src/slack/block-kit/key-values.ts";
import { restoreAgainValue } from "../../../src/slack/block-kit/restore-buttons.ts";
import { buttonValue, json, type TypedValue } from "../../../src/slack/block-kit/typed-value.ts";
import { formRequestValue } from "../../../src/slack/forms/change-draft.ts";
import { olderValue } from "../../../src/slack/incident/incident-message.ts";
import { revertPageValue } from "../../../src/slack/incident/revert-message.ts";
import { historyPageValue } from "../../../src/slack/numbers/history-page.ts";
import { listPageValue } from "../../../src/slack/numbers/number-list.ts";

const note = buttonValue(json(z.object({ text: z.string() })));

it("accepts a value of 2,000 characters and none that is longer", () => {
  const frame = '{"text":""}'.length;
  const longest = { text: "x".repeat(2_000 - frame) };
  expect(note.encode(longest)).toHaveLength(2_000);
  expect(note.parse(note.encode(longest))).toEqual(longest);
  const longer = { text: `${longest.text}x` };
  expect(note.encodeIfFits(longer)).toBeUndefined();
  expect(() => note.encode(longer)).toThrow(RangeError);
});

/** Values in messages that were posted long ago, and their meaning. A change here breaks their buttons. */
interface Posted<T = unknown> {
  readonly value: TypedValue<T>;
  readonly text: string;
  readonly means: T;
}

function posted<T>(value: TypedValue<T>, text: string, means: T): [string, Posted] {
  return [text, { value, text, means }];
}

const wish = { key: { connectionId: "con_1", numberId: "pn_1" }, agentId: "agent_1" };

const all: [string, Posted][] = [
  posted(numberValue, "con_1/pn_1", { connectionId: "con_1", numberId: "pn_1" }),
  posted(numberValue, "con_1/a/b", { connectionId: "con_1", numberId: "a/b" }),
  posted(scopeValue, "con_1/pn_1", { connectionId: "con_1", numberId: "pn_1" }),
  posted(scopeValue, "con_1/", { connectionId: "con_1", numberId: undefined }),
  posted(scopeValue, "/", { connectionId: undefined, numberId: undefined }),
  posted(freezeValue, "con_1/pn 1", { scope: { connectionId: "con_1", numberId: "pn 1" }, setAt: undefined }),
  posted(freezeValue, "/ 2026-07-01T08:00:00.000Z", {
    scope: { connectionId: undefined, numberId: undefined },
    setAt: "2026-07-01T08:00:00.000Z",
  }),
  posted(expiryChoiceValue, '{"change":"chg_1","ends":"2026-07-01T08:00:00.000Z"}', {
    changeId: "chg_1",
    endsAt: new Date("2026-07-01T08:00:00Z"),
  }),
  posted(restoreAgainValue, '{"changeId":"chg_1","to":"before","reason":"late","overNewer":true}', {
    changeId: "chg_1",
    to: "before",
    reason: "late",
    overNewer: true,
  }),
  posted(formRequestValue, `{"verb":"reassign","wish":${JSON.stringify(wish)},"again":"chg_1"}`, {
    kind: "draft",
    form: { verb: "reassign", wish, again: "chg_1" },
  }),
  posted(formRequestValue, "kept:form_1", { kind: "kept", token: "form_1" }),
  posted(formRequestValue, "change:chg_1", { kind: "change", changeId: "chg_1" }),
  posted(formRequestValue, "left:chg_1 2026-07-01T08:00:00.000Z", {
    kind: "left",
    changeId: "chg_1",
    foundAt: "2026-07-01T08:00:00.000Z",
  }),
  posted(historyPageValue, '{"key":"con_1/pn_1","before":7}', {
    key: { connectionId: "con_1", numberId: "pn_1" },
    before: 7,
  }),
  posted(historyPageValue, '{"before":7}', { before: 7 }),
  posted(listPageValue, '{"text":"0100","page":2}', { text: "0100", page: 2 }),
  posted(olderValue, '{"key":"INC-1","before":7}', { key: "INC-1", before: 7 }),
  posted(revertPageValue, '{"id":"rev_1","page":1}', { id: "rev_1", page: 1 }),
];

it.each(all)("reads and writes %s as before", (_, { value, text, means }) => {
  expect(value.parse(text)).toEqual(means);
  expect(value.encode(means)).toBe(text);
});

const forged = [undefined, "", "x", "/x", "{}", "[]", "null", "con_1", '{"page":-1,"text":""}'];

it.each(all)("refuses a forged value in place of %s", (_, { value }) => {
  for (const text of forged) {
    expect(() => value.parse(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  }
});
