import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compare,
  compareAfter,
  changedFields,
  affectedFields,
  pick,
  snapshot,
  wantedState,
  type Change,
  type Snapshot,
} from "../../../src/domain/numbers/change.ts";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";

const value = fc.option(fc.constantFrom("", "a", "b"), { nil: null });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("reassign" as const), agentId: fc.constantFrom("a", "b") }),
  fc.constant({ kind: "detach" as const }),
  fc.record({ kind: fc.constant("rename" as const), name: value }),
  fc.record({ kind: fc.constant("edit" as const), fields: fc.dictionary(fc.constantFrom("x", "y"), value) }),
);
const state: fc.Arbitrary<Snapshot> = fc.dictionary(
  fc.constantFrom("agent", "name", "field.x", "field.y"),
  fc.option(fc.constantFrom("a", "b"), { nil: null }),
);
const number = (more: Partial<PhoneNumber>): PhoneNumber => ({
  id: "n",
  e164: "+14155550100",
  name: undefined,
  agent: undefined,
  fields: {},
  ...more,
});

describe("a snapshot", () => {
  it("has null for empty values, and no key for unreported ones", () => {
    expect(snapshot(number({}))).toEqual({});
    expect(snapshot(number({ agent: null, name: "", fields: { x: "", y: undefined, z: null } }))).toEqual({
      agent: null,
      name: null,
      "field.x": null,
      "field.z": null,
    });
    expect(snapshot(number({ agent: { id: "a" }, name: "N", fields: { x: "1" } }))).toEqual({
      agent: "a",
      name: "N",
      "field.x": "1",
    });
  });
});

describe("a change", () => {
  it("wants a state of exactly its affected fields", () => {
    fc.assert(
      fc.property(change, (one) => {
        expect(Object.keys(wantedState(one)).toSorted()).toEqual(affectedFields(one).toSorted());
        expect(Object.values(wantedState(one))).not.toContain("");
      }),
    );
  });

  it("is done once the number has the wanted fields, whatever the others", () => {
    fc.assert(
      fc.property(change, state, (one, before) => {
        expect(compare(wantedState(one), { ...before, ...wantedState(one) })).toBe("same");
      }),
    );
  });
});

describe("comparing", () => {
  it("returns different if one field contradicts, and not_reported if none does but one is missing", () => {
    fc.assert(
      fc.property(state, state, (wanted, actual) => {
        const keys = Object.keys(wanted);
        const differs = keys.some((key) => key in actual && actual[key] !== wanted[key]);
        const missing = keys.some((key) => !(key in actual));
        expect(compare(wanted, actual)).toBe(differs ? "different" : missing ? "not_reported" : "same");
      }),
    );
  });

  it("never mistakes unreported for none", () => {
    expect(compare({ agent: null }, {})).toBe("not_reported");
    expect(changedFields({ agent: null }, {}, ["agent"])).toEqual(["agent"]);
    expect(changedFields({}, {}, ["agent"])).toEqual([]);
  });

  it("finds only requested fields as changed, and none between equal states", () => {
    fc.assert(
      fc.property(state, state, fc.subarray(["agent", "name", "field.x"]), (seen, now, keys) => {
        expect(changedFields(seen, seen, keys)).toEqual([]);
        const moved = changedFields(seen, now, keys);
        expect(moved.every((key) => keys.includes(key))).toBe(true);
        expect(changedFields(pick(seen, keys), pick(now, keys), keys)).toEqual(moved);
        expect(changedFields(now, seen, keys)).toEqual(moved);
      }),
    );
  });
});

// B11
describe("a text that a vendor writes in its own way", () => {
  const renamed = (asked: string, shown: string, before = "Old") =>
    compareAfter({ name: asked }, { name: before }, { name: shown });

  it.each([
    ["folds blanks", "Night  line ", "Night line"],
    ["changes case", "Night Line", "NIGHT LINE"],
    ["composes letters", "Nu\u0308rnberg", "N\u00fcrnberg"],
    ["leaves symbols out", "Night line ☎️ (24/7)", "Night line (24/7)"],
    ["escapes it for HTML", `Tom & "Jerry's" <line>`, "Tom &amp; &quot;Jerry&#39;s&quot; &lt;line&gt;"],
    ["cuts it", "The night line of the eastern depot", "The night line of"],
  ])("counts as made if it %s", (_what, asked, shown) => {
    expect(renamed(asked, shown)).toBe("same");
  });

  it("does not count as made if it reads as before, or as something else", () => {
    expect(renamed("Night  line", "Night line", "Night line")).toBe("different");
    expect(renamed("Alarm line", "A")).toBe("different");
    expect(renamed("Night line", "Day line")).toBe("different");
    expect(compareAfter({ agent: "agent_A" }, { agent: "x" }, { agent: "agent_a" })).toBe("different");
  });
});
