import type { PhoneNumber } from "../domain/phone-number.ts";
import { nameKey, type NumberText } from "./number-text.ts";

/** The numbers of one list in the order in which people see them, with one text in which all of them are searched. */
export interface NumberIndex {
  readonly numbers: readonly PhoneNumber[];
  /** A line for each number: its name first, then E.164, vendor id and agent id, in lower case, each after a tab. */
  readonly text: string;
  /** Where each line begins, and where the last one ends. */
  readonly starts: Uint32Array;
  /** Which numbers an agent answers, by the agent's id. */
  readonly byAgent: ReadonlyMap<string, readonly number[]>;
}

/** Where a number is in its index. */
export interface Hits {
  /** What the number itself is called: shown first. */
  readonly own: readonly number[];
  /** What else of it, or of its agent or connection. */
  readonly other: readonly number[];
}

const collator = new Intl.Collator();
const empty: NumberIndex = { numbers: [], text: "", starts: new Uint32Array(1), byAgent: new Map() };
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
  const made = merged((before && indexes.get(before)) ?? empty, list);
  indexes.set(list, made);
  return made;
}

function merged(old: NumberIndex, list: readonly PhoneNumber[]): NumberIndex {
  const wanted = new Set(list);
  const had = new Set(old.numbers);
  const added = list.filter((number) => !had.has(number)).toSorted(inListOrder);
  const numbers: PhoneNumber[] = [];
  const lines: string[] = [];
  let next = 0;
  const add = (number: PhoneNumber): void => {
    numbers.push(number);
    lines.push(searchedLine(number));
  };
  for (const [at, number] of old.numbers.entries()) {
    if (!wanted.has(number)) continue;
    for (let one = added[next]; one && inListOrder(one, number) < 0; one = added[(next += 1)]) add(one);
    numbers.push(number);
    lines.push(old.text.slice(old.starts[at], old.starts[at + 1]));
  }
  added.slice(next).forEach(add);
  const starts = new Uint32Array(lines.length + 1);
  for (const [at, line] of lines.entries()) starts[at + 1] = (starts[at] ?? 0) + line.length;
  const byAgent = new Map<string, number[]>();
  for (const [at, { agent }] of numbers.entries()) {
    if (!agent) continue;
    const theirs = byAgent.get(agent.id);
    if (theirs) theirs.push(at);
    else byAgent.set(agent.id, [at]);
  }
  return { numbers, text: lines.join(""), starts, byAgent };
}

// Neither tab nor line end is ever in what is looked for.
function searchedLine({ name, e164, id, agent }: PhoneNumber): string {
  const said = [e164, id.toLowerCase(), agent?.id.toLowerCase() ?? ""].map((text) =>
    text.replace(/[\t\n]/gu, " "),
  );
  return `${nameKey(name ?? "")}\t${said.join("\t")}\n`;
}

/** What else lets a number through. */
export interface Beside {
  /** Ids of the agents whose name contains the text. */
  readonly agents: ReadonlySet<string>;
  /** Whether the connection's name or vendor contains it. */
  readonly connection: boolean;
}

const [isOwn, isOther] = [1, 2];

/** Which numbers a text lets through, in order; it may stop at `enough` that are called so themselves. */
export function search(
  index: NumberIndex,
  { text, digits }: NumberText,
  beside: Beside,
  enough = Number.POSITIVE_INFINITY,
): Hits {
  const marks = new Uint8Array(index.numbers.length);
  if (digits) {
    markHits(index, digits, enough, (field) => (field === 1 ? isOwn : 0), marks);
    // What was typed with blanks or dashes may be so in a name.
    markHits(index, text, enough, (field) => (field === 0 ? isOther : 0), marks);
  } else {
    const own = markHits(index, nameKey(text), enough, (field) => (field === 0 ? isOwn : isOther), marks);
    if (own < enough && beside.connection) for (const at of marks.keys()) marks[at] ||= isOther;
    if (own < enough) {
      for (const id of beside.agents) for (const at of index.byAgent.get(id) ?? []) marks[at] ||= isOther;
    }
  }
  const hits = { own: new Array<number>(), other: new Array<number>() };
  for (const [at, mark] of marks.entries()) {
    if (mark === isOwn) hits.own.push(at);
    else if (mark === isOther) hits.other.push(at);
  }
  return hits;
}

/**
 * Marks the lines in which something is found, each by the first field that counts; gives back how many are called so
 * themselves. One search through one long text is several times as quick as one through each of many short ones.
 */
function markHits(
  { text, starts }: NumberIndex,
  wanted: string,
  enough: number,
  markOf: (field: number) => number,
  marks: Uint8Array,
): number {
  let [own, line] = [0, 0];
  for (let at = text.indexOf(wanted); at >= 0 && at < text.length && own < enough;) {
    while ((starts[line + 1] ?? text.length) <= at) line += 1;
    const end = starts[line + 1] ?? text.length;
    const mark = markOf(fieldAt(text, starts[line] ?? 0, at));
    if (mark === 0) {
      at = text.indexOf(wanted, at + 1);
      continue;
    }
    marks[line] ||= mark;
    if (mark === isOwn) own += 1;
    at = text.indexOf(wanted, end);
  }
  return own;
}

/** In which field of its line a place is: 0 the name, 1 the E.164, and so on. */
function fieldAt(text: string, start: number, at: number): number {
  let field = 0;
  for (let tab = text.indexOf("\t", start); tab >= 0 && tab < at; tab = text.indexOf("\t", tab + 1))
    field += 1;
  return field;
}
