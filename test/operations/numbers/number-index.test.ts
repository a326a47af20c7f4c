import fc from "fast-check";
import { expect, it } from "vitest";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import { batchSize } from "../../../src/domain/shared/event-loop.ts";
import { filterWords } from "../../../src/operations/numbers/filter-words.ts";
import { inListOrder, numberIndexes } from "../../../src/operations/numbers/number-index.ts";
import { search } from "../../../src/operations/numbers/search-index.ts";
import { turnsOf } from "../../support/until.ts";

const { of: numberIndex } = numberIndexes();

// Of its own for each id: the order of two that are called the same in all is nobody's.
const called = fc
  .tuple(
    fc.constantFrom("pn_a", "pn_b", "PN_C", "pn_d", "pn_e", "pn_f"),
    fc.constantFrom("+1415555", "+4969"),
  )
  .map(([id, start]) => ({ id, e164: `${start}010${id.codePointAt(3)}` }));
const shown = fc.record({
  name: fc.constantFrom(null, "", "Line", "line 2", "Zürich", "Łódź desk", "pn_a"),
  agent: fc.constantFrom(null, { id: "agent_a" }, { id: "agent_b" }),
  fields: fc.constant({}),
});
const number = fc.tuple(called, shown).map(([ids, rest]): PhoneNumber => ({ ...ids, ...rest }));
const list = fc.uniqueArray(number, { selector: ({ id }) => id });
const texts = ["", "line", "pn_", "agent_b", "010100", "zürich", "łódź", "+49", "night", "nothing"];
const nobody = { agents: new Set<string>(), connection: false };

/** What each text finds, by id: what is called so itself, then what else. */
async function found(now: readonly PhoneNumber[], before?: readonly PhoneNumber[], enough?: number) {
  const index = await numberIndex(now, before);
  const ids = (places: readonly number[]): unknown[] => places.map((place) => index.numbers[place]);
  const finding = texts.map(async (text) => {
    const agents = text === "night" ? new Set(["agent_a"]) : nobody.agents;
    const { own, other } = await search(index, filterWords(text), [{ ...nobody, agents }], enough);
    return { text, own: ids(own), other: ids(other) };
  });
  return Promise.all(finding);
}

it("finds in an index that was made from an earlier one what it would find in a new one", async () => {
  await fc.assert(
    fc.asyncProperty(list, list, async (before, now) => {
      await numberIndex(before, undefined);
      const places = now.map((one) => before.find(({ id }) => id === one.id) ?? one);
      expect(await found(now, before)).toEqual(await found([...now]));
      expect(await found(places, now)).toEqual(await found([...places]));
    }),
  );
});

it("builds indexes of two lists at the same time, independently", async () => {
  const many = (from: number, name: (at: number) => string): PhoneNumber[] =>
    Array.from({ length: 2_500 }, (_, at) => ({
      id: `pn_${from + at}`,
      e164: `+1415${String(5_000_000 + from + at)}`,
      name: name(from + at),
      agent: { id: `agent_${at % 7}` },
      fields: {},
    }));
  const before = many(0, (at) => `Line ${(at * 7919) % 2_500}`);
  const renamed = many(100, (at) => (at % 3 === 0 ? `Desk ${at}` : `Line ${(at * 7919) % 2_500}`));
  const answeredOtherwise = before.map((one) => ({ ...one, agent: { id: "agent_9" } }));
  const [, second, third] = await Promise.all([
    numberIndex(before, undefined),
    numberIndex(renamed, before),
    numberIndex(answeredOtherwise, before),
  ]);
  expect(second).toEqual(await numberIndex([...renamed], undefined));
  expect(third).toEqual(await numberIndex([...answeredOtherwise], undefined));
});

it("keeps the order of lists, and returns the first ones if some are enough", async () => {
  await fc.assert(
    fc.asyncProperty(list, fc.integer({ min: 1, max: 3 }), async (now, enough) => {
      const { numbers } = await numberIndex(now, undefined);
      expect(numbers).toEqual(now.toSorted(inListOrder));
      const all = await found(now);
      for (const [at, { own, other }] of (await found(now, undefined, enough)).entries()) {
        expect(own).toEqual(all[at]?.own.slice(0, enough));
        if (own.length < enough) expect(other.slice(0, enough)).toEqual(all[at]?.other.slice(0, enough));
      }
    }),
  );
});

it("finds a number without a name at the end of the list", async () => {
  const last: PhoneNumber = { id: "pn_z", e164: "+1", name: "", agent: null, fields: {} };
  const [all] = await found([last]);
  expect(all).toEqual({ text: "", own: [last], other: [] });
  const none = await found([]);
  expect(none.every(({ own, other }) => own.length + other.length === 0)).toBe(true);
});

// A4
it("makes an index of a long list and searches it a batch at a time", async () => {
  const long: PhoneNumber[] = Array.from({ length: 20 * batchSize }, (_, at) => ({
    id: `pn_${at}`,
    e164: `+1415${String(5_000_000 + at)}`,
    name: `${(at * 7919) % 20_000} ${"long – “name” ".repeat(3)}`,
    agent: { id: `agent_${at % 7}` },
    fields: {},
  }));
  const making = await turnsOf(numberIndex(long, undefined));
  expect(making.turns).toBeGreaterThan(100);
  for (const text of ["long", "x".repeat(3_000), "0000", "agent_3"]) {
    const searching = await turnsOf(search(making.result, filterWords(text), [nobody]));
    expect(searching.turns).toBeGreaterThanOrEqual(1);
  }
});
