import type { PhoneNumber } from "../domain/phone-number.ts";
import { nameKey, type NumberText } from "./number-text.ts";

/** The numbers of one list in the order in which people see them, each with the text that is searched. */
export interface NumberIndex {
  readonly numbers: readonly PhoneNumber[];
  /** Beside each number: its name first, then E.164, vendor id and agent id, a line each, in lower case. */
  readonly texts: readonly string[];
}

/** Where a number is in its index. */
export interface Hits {
  /** What the number itself is called: shown first. */
  readonly own: readonly number[];
  /** What else of it, or of its agent or connection. */
  readonly other: readonly number[];
}

const collator = new Intl.Collator();
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
 * The index of a list, made once for each. `before` is the same connection's list of earlier: numbers that are the same
 * objects keep their places, so that a list in which little has changed costs little.
 */
export function numberIndex(
  list: readonly PhoneNumber[],
  before: readonly PhoneNumber[] | undefined,
): NumberIndex {
  const known = indexes.get(list);
  if (known) return known;
  const made = merged((before && indexes.get(before)) ?? { numbers: [], texts: [] }, list);
  indexes.set(list, made);
  return made;
}

function merged(old: NumberIndex, list: readonly PhoneNumber[]): NumberIndex {
  const wanted = new Set(list);
  const had = new Set(old.numbers);
  const added = list.filter((number) => !had.has(number)).toSorted(inListOrder);
  const numbers: PhoneNumber[] = [];
  const texts: string[] = [];
  let next = 0;
  const add = (number: PhoneNumber): void => {
    numbers.push(number);
    texts.push(searchedText(number));
  };
  for (const [at, number] of old.numbers.entries()) {
    if (!wanted.has(number)) continue;
    for (let one = added[next]; one && inListOrder(one, number) < 0; one = added[(next += 1)]) add(one);
    numbers.push(number);
    texts.push(old.texts[at] ?? "");
  }
  added.slice(next).forEach(add);
  return { numbers, texts };
}

function searchedText({ name, e164, id, agent }: PhoneNumber): string {
  // Joined and not added up: a sum would be a tree of its parts, which is slower to search and larger.
  return [nameKey(name ?? ""), e164, id.toLowerCase(), agent?.id.toLowerCase() ?? ""].join("\n");
}

/** What else lets a number through. */
export interface Beside {
  /** Ids of the agents whose name contains the text. */
  readonly agents: ReadonlySet<string>;
  /** Whether the connection's name or vendor contains it. */
  readonly connection: boolean;
}

/** Which numbers a text lets through, in order; it may stop at `enough` that are called so themselves. */
export function search(
  { numbers, texts }: NumberIndex,
  { text, digits }: NumberText,
  beside: Beside,
  enough = Number.POSITIVE_INFINITY,
): Hits {
  const own: number[] = [];
  const other: number[] = [];
  const wanted = nameKey(text);
  for (let at = 0; at < numbers.length && own.length < enough; at += 1) {
    const number = numbers[at];
    if (!number) continue;
    if (digits) {
      if (number.e164.includes(digits)) own.push(at);
      else if (number.name?.includes(text)) other.push(at);
      continue;
    }
    const searched = texts[at] ?? "";
    const found = searched.indexOf(wanted);
    // The name is the first line, so that what is found in it is found first.
    if (found >= 0 && found <= searched.indexOf("\n")) own.push(at);
    else if (found >= 0 || beside.connection || (number.agent && beside.agents.has(number.agent.id))) {
      other.push(at);
    }
  }
  return { own, other };
}
