import type { PhoneNumber } from "../domain/phone-number.ts";
import { nameKey } from "./number-text.ts";
import { sortInBites } from "./sort-in-bites.ts";
import { bite, turn } from "./turn.ts";

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
  /** Where each line begins, and where one after the last would. */
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
const indexes = new WeakMap<readonly PhoneNumber[], Promise<NumberIndex>>();

/** What a number is called in lists: its name, or else its E.164. */
export function numberLabel({ name, e164 }: PhoneNumber): string {
  return name ?? e164;
}

/** The order of lists: by what a number is called, then by E.164. */
export function inListOrder(a: PhoneNumber, b: PhoneNumber): number {
  return collator.compare(numberLabel(a), numberLabel(b)) || (a.e164 < b.e164 ? -1 : Number(a.e164 > b.e164));
}

/**
 * The index of a list, made once for each, in bites. `before` is the same connection's list of earlier: numbers that are
 * called as they were keep their places, so that a list in which little has changed costs little.
 */
export async function numberIndex(
  list: readonly PhoneNumber[],
  before: readonly PhoneNumber[] | undefined,
): Promise<NumberIndex> {
  const known = indexes.get(list);
  if (known) return known;
  const made = madeFrom(before && indexes.get(before), list);
  indexes.set(list, made);
  return made;
}

async function madeFrom(
  before: Promise<NumberIndex> | undefined,
  list: readonly PhoneNumber[],
): Promise<NumberIndex> {
  const old = (await before) ?? empty;
  return inTheirPlaces(old, list) ?? sortedIn(old, list);
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
async function sortedIn(old: NumberIndex, list: readonly PhoneNumber[]): Promise<NumberIndex> {
  const rest = async (): Promise<void> => (list.length > bite ? turn() : undefined);
  const oldPlaces = new Map<string, number>();
  old.numbers.forEach(({ id }, place) => oldPlaces.set(id, place));
  // Where in the new list each number of the old order is, and one more than that, so that 0 is nowhere.
  const kept = new Uint32Array(old.numbers.length);
  const added: number[] = [];
  list.forEach((number, at) => {
    const place = oldPlaces.get(number.id) ?? -1;
    const was = old.numbers[place];
    if (was && isCalledLike(was, number)) kept[place] = at + 1;
    else added.push(at);
  });
  const inOrder = await sortInBites(added, (one, other) => {
    const [a, b] = [list[one], list[other]];
    return a && b ? inListOrder(a, b) : 0;
  });
  const numbers: PhoneNumber[] = [];
  const lines: string[] = [];
  const places = new Uint32Array(list.length);
  const add = (at: number, line: (number: PhoneNumber) => string): void => {
    const number = list[at];
    if (!number) return;
    places[at] = numbers.push(number) - 1;
    lines.push(line(number));
  };
  let next = 0;
  const keep = (until: number): void => {
    for (; next < until; next += 1) add((kept[next] ?? 0) - 1, () => lineAt(old.names, next));
  };
  for (const at of inOrder) {
    keep(placeAfter(old.numbers, list[at], next));
    add(at, ({ name }) => nameKey(name ?? ""));
  }
  keep(kept.length);
  const names = column(lines);
  await rest();
  const e164s = column(numbers.map(({ e164 }) => e164.toLowerCase()));
  const ids = column(numbers.map(({ id }) => id.toLowerCase()));
  await rest();
  return { numbers, names, e164s, ids, byAgent: byAgent(numbers), places };
}

/** The first place from there on whose number comes after this one. */
function placeAfter(numbers: readonly PhoneNumber[], number: PhoneNumber | undefined, from: number): number {
  let [low, high] = [from, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = numbers[middle];
    if (there && number && inListOrder(there, number) <= 0) low = middle + 1;
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
  return { text: lines.join("\n"), starts };
}

const lineAt = ({ text, starts }: Column, at: number): string =>
  text.slice(starts[at], (starts[at + 1] ?? 0) - 1);
