import type { PhoneNumber } from "../domain/phone-number.ts";
import { nameKey } from "./number-text.ts";

/** The numbers of one list in the order in which people see them, with the texts in which all of them are searched. */
export interface NumberIndex {
  readonly numbers: readonly PhoneNumber[];
  readonly names: Column;
  readonly e164s: Column;
  readonly ids: Column;
  /** Which numbers an agent answers, by the agent's id. */
  readonly byAgent: ReadonlyMap<string, readonly number[]>;
  /** Where each number of the list, as it came from the vendor, is in this order. */
  readonly places: Uint32Array;
}

/** One text with a line for each number, in lower case: searched at once, several times as quickly as line by line. */
export interface Column {
  readonly text: string;
  /** Where each line begins, and where the last one ends. */
  readonly starts: Uint32Array;
}

const collator = new Intl.Collator();
const none: Column = { text: "", starts: new Uint32Array(1) };
const empty: NumberIndex = {
  numbers: [],
  names: none,
  e164s: none,
  ids: none,
  byAgent: new Map(),
  places: new Uint32Array(),
};
const indexes = new WeakMap<readonly PhoneNumber[], NumberIndex>();

/** What a number is called in lists: its name, or else its E.164. */
export function numberLabel({ name, e164 }: PhoneNumber): string {
  return name ?? e164;
}

/** The order of lists: by what a number is called, then by E.164. */
export function inListOrder(a: PhoneNumber, b: PhoneNumber): number {
  return collator.compare(numberLabel(a), numberLabel(b)) || (a.e164 < b.e164 ? -1 : Number(a.e164 > b.e164));
}

/**
 * The index of a list, made once for each. `before` is the same connection's list of earlier: numbers that are called as
 * they were keep their places, so that a list in which little has changed costs little.
 */
export function numberIndex(
  list: readonly PhoneNumber[],
  before: readonly PhoneNumber[] | undefined,
): NumberIndex {
  const known = indexes.get(list);
  if (known) return known;
  const old = (before && indexes.get(before)) ?? empty;
  const made = inTheirPlaces(old, list) ?? sortedIn(old, list);
  indexes.set(list, made);
  return made;
}

/** The index of a list in which nothing is called otherwise than before; undefined for any other. */
function inTheirPlaces(old: NumberIndex, list: readonly PhoneNumber[]): NumberIndex | undefined {
  if (list.length !== old.numbers.length) return undefined;
  const numbers = [...old.numbers];
  for (let at = 0; at < list.length; at += 1) {
    const place = old.places[at] ?? -1;
    const [was, number] = [numbers[place], list[at]];
    if (!was || !number || was.id !== number.id || !isCalledLike(was, number)) return undefined;
    numbers[place] = number;
  }
  return { ...old, numbers, byAgent: byAgent(numbers) };
}

const isCalledLike = (one: PhoneNumber, other: PhoneNumber): boolean =>
  one.e164 === other.e164 && one.name === other.name;

/** What is called as before keeps its order: only what is called otherwise is sorted, and then put in between. */
function sortedIn(old: NumberIndex, list: readonly PhoneNumber[]): NumberIndex {
  const oldPlaces = placesById(old.numbers);
  const kept = Array.from<PhoneNumber | undefined>({ length: old.numbers.length });
  const added: PhoneNumber[] = [];
  for (const number of list) {
    const place = oldPlaces.get(number.id) ?? -1;
    const was = old.numbers[place];
    if (was && isCalledLike(was, number)) kept[place] = number;
    else added.push(number);
  }
  const numbers: PhoneNumber[] = [];
  const names: string[] = [];
  let next = 0;
  const keep = (until: number): void => {
    for (; next < until; next += 1) {
      const number = kept[next];
      if (!number) continue;
      numbers.push(number);
      names.push(lineAt(old.names, next));
    }
  };
  for (const number of added.toSorted(inListOrder)) {
    keep(placeAfter(old.numbers, number, next));
    numbers.push(number);
    names.push(nameKey(number.name ?? ""));
  }
  keep(kept.length);
  const places = placesById(numbers);
  return {
    numbers,
    names: column(names),
    e164s: column(numbers.map(({ e164 }) => e164.toLowerCase())),
    ids: column(numbers.map(({ id }) => id.toLowerCase())),
    byAgent: byAgent(numbers),
    places: Uint32Array.from(list, ({ id }) => places.get(id) ?? 0),
  };
}

function placesById(numbers: readonly PhoneNumber[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  numbers.forEach(({ id }, at) => places.set(id, at));
  return places;
}

/** The first place from there on whose number comes after this one. */
function placeAfter(numbers: readonly PhoneNumber[], number: PhoneNumber, from: number): number {
  let [low, high] = [from, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = numbers[middle];
    if (there && inListOrder(there, number) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byAgent(numbers: readonly PhoneNumber[]): NumberIndex["byAgent"] {
  const found = new Map<string, number[]>();
  numbers.forEach(({ agent }, at) => {
    if (!agent) return;
    const theirs = found.get(agent.id);
    if (theirs) theirs.push(at);
    else found.set(agent.id, [at]);
  });
  return found;
}

// A line end is never in what is looked for, so that nothing is found across two lines.
function column(lines: readonly string[]): Column {
  if (lines.length === 0) return none;
  const starts = new Uint32Array(lines.length + 1);
  lines.forEach((line, at) => (starts[at + 1] = (starts[at] ?? 0) + line.length + 1));
  return { text: `${lines.join("\n")}\n`, starts };
}

const lineAt = ({ text, starts }: Column, at: number): string =>
  text.slice(starts[at], (starts[at + 1] ?? 0) - 1);
