import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { batchSize, forEachInBatches, yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { cooperativeSort } from "./cooperative-sort.ts";
import type { Column, NumberIndex, NumberIndexes, Part } from "../shared/number-indexes.ts";

/**
 * The lines in each part of a column except the last. Even with the longest names, searching a part takes a
 * millisecond.
 */
export const linesPerPart = batchSize;

const collator = new Intl.Collator();
const empty: NumberIndex = {
  numbers: [],
  names: [],
  e164s: [],
  ids: [],
  byAgent: new Map(),
  places: new Uint32Array(),
};

/** How lists show a number: its name, or else its E.164. */
export function indexLabel({ name, e164 }: PhoneNumber): string {
  return name ?? e164;
}

/** The order of lists: by label, then by E.164. */
export function inListOrder(a: PhoneNumber, b: PhoneNumber): number {
  return collator.compare(indexLabel(a), indexLabel(b)) || (a.e164 < b.e164 ? -1 : Number(a.e164 > b.e164));
}

/** Creates an empty cache of indexes. */
export function numberIndexes(): NumberIndexes {
  const indexes = new WeakMap<readonly PhoneNumber[], Promise<NumberIndex>>();
  const newest = new WeakMap<object, readonly PhoneNumber[]>();
  const of: NumberIndexes["of"] = async (list, before) => {
    const known = indexes.get(list);
    if (known) return known;
    const made = madeFrom(before && indexes.get(before), list);
    indexes.set(list, made);
    return made;
  };
  return {
    of,
    ofNewest: async (source, list) => {
      const before = newest.get(source);
      newest.set(source, list);
      return of(list, before);
    },
  };
}

async function madeFrom(
  before: Promise<NumberIndex> | undefined,
  list: readonly PhoneNumber[],
): Promise<NumberIndex> {
  const old = (await before) ?? empty;
  return (await inTheirPlaces(old, list)) ?? sortedIn(old, list);
}

/** The index of a list with the same numbers and labels as before; undefined for any other list. */
async function inTheirPlaces(
  old: NumberIndex,
  list: readonly PhoneNumber[],
): Promise<NumberIndex | undefined> {
  if (list.length !== old.numbers.length) return undefined;
  const numbers = [...old.numbers];
  for (let at = 0; at < list.length; at += 1) {
    if (at % batchSize === batchSize - 1) await yieldToEventLoop();
    const place = old.places[at] ?? -1;
    const [was, number] = [numbers[place], list[at]];
    if (!was || !number || was.id !== number.id || !isCalledLike(was, number)) return undefined;
    numbers[place] = number;
  }
  return { ...old, numbers, byAgent: await byAgent(numbers) };
}

const isCalledLike = (one: PhoneNumber, other: PhoneNumber): boolean =>
  one.e164 === other.e164 && one.name === other.name;

/** Numbers with unchanged labels keep their order. Only the others are sorted, and then merged in. */
async function sortedIn(old: NumberIndex, list: readonly PhoneNumber[]): Promise<NumberIndex> {
  const oldPlaces = new Map<string, number>();
  await forEachInBatches(old.numbers, ({ id }, place) => oldPlaces.set(id, place));
  // For each number in the old order, its place in the new list plus 1; 0 if it is gone or has another label.
  const kept = new Uint32Array(old.numbers.length);
  const added: number[] = [];
  await forEachInBatches(list, (number, at) => {
    const place = oldPlaces.get(number.id) ?? -1;
    const was = old.numbers[place];
    if (was && isCalledLike(was, number)) kept[place] = at + 1;
    else added.push(at);
  });
  const inOrder = await cooperativeSort(added, (one, other) => {
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
  const keep = async (until: number): Promise<void> => {
    for (; next < until; next += 1) {
      if (next % batchSize === batchSize - 1) await yieldToEventLoop();
      add((kept[next] ?? 0) - 1, () => lineAt(old.names, next));
    }
  };
  for (const [index, at] of inOrder.entries()) {
    if (index % batchSize === batchSize - 1) await yieldToEventLoop();
    const until = placeAfter(old.numbers, list[at], next);
    if (until > next) await keep(until);
    add(at, ({ name }) => normalizeName(name ?? ""));
  }
  await keep(kept.length);
  return {
    numbers,
    names: await column(lines, (line) => line),
    e164s: await column(numbers, ({ e164 }) => withDigits(e164.toLowerCase())),
    ids: await column(numbers, ({ id }) => id.toLowerCase()),
    byAgent: await byAgent(numbers),
    places,
  };
}

/** The first place, from `from` on, with a number that sorts after this one. */
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

async function byAgent(numbers: readonly PhoneNumber[]): Promise<NumberIndex["byAgent"]> {
  const found = new Map<string, number[]>();
  await forEachInBatches(numbers, ({ agent }, at) => {
    if (!agent) return;
    const theirs = found.get(agent.id);
    if (theirs) theirs.push(at);
    else found.set(agent.id, [at]);
  });
  return found;
}

// Searched texts never contain a line break, so no match spans two lines.
async function column<T>(items: readonly T[], lineOf: (item: T) => string): Promise<Column> {
  const parts: Part[] = [];
  for (let from = 0; from < items.length; from += linesPerPart) {
    if (from > 0) await yieldToEventLoop();
    const lines = items.slice(from, from + linesPerPart).map(lineOf);
    const starts = new Uint32Array(lines.length + 1);
    for (const [at, line] of lines.entries()) starts[at + 1] = (starts[at] ?? 0) + line.length + 1;
    parts.push({ text: lines.join("\n"), starts });
  }
  return parts;
}

/** Adds the plain digits of a number that its vendor stores with blanks or brackets. */
const withDigits = (e164: string): string =>
  /^\+?\d*$/u.test(e164) ? e164 : `${e164} ${e164.replace(/\D/gu, "")}`;

export function lineAt(lines: Column, place: number): string {
  const part = lines[Math.floor(place / linesPerPart)];
  const at = place % linesPerPart;
  return part?.text.slice(part.starts[at], (part.starts[at + 1] ?? 0) - 1) ?? "";
}
