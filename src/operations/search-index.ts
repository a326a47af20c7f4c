import type { Column, NumberIndex } from "./number-index.ts";
import { nameKey, type NumberText } from "./number-text.ts";

/** Where a number is in its index. */
export interface Hits {
  /** What the number itself is called: shown first. */
  readonly own: readonly number[];
  /** What else of it, or of its agent or connection. */
  readonly other: readonly number[];
}

/** What else lets a number through. */
export interface Beside {
  /** Ids of the agents whose name contains the text. */
  readonly agents: ReadonlySet<string>;
  /** Whether the connection's name or vendor contains it. */
  readonly connection: boolean;
}

const [isOwn, isOther] = [1, 2];
/** One for all searches, none of which waits for anything: so much for each would be given back late. */
let marks = new Uint8Array();

/** Which numbers a text lets through, in order; of either kind there may be no more than are `enough`. */
export function search(
  index: NumberIndex,
  { text, digits }: NumberText,
  beside: Beside,
  enough = Number.POSITIVE_INFINITY,
): Hits {
  const { numbers, names, e164s, ids } = index;
  const wanted = nameKey(text);
  const own = digits ? linesWith(e164s, digits, enough) : linesWith(names, wanted, enough);
  if (own.length >= enough) return { own, other: [] };
  if (marks.length < numbers.length) marks = new Uint8Array(numbers.length);
  else marks.fill(0);
  for (const at of own) marks[at] = isOwn;
  const mark = (lines: Iterable<number>): void => {
    let left = enough;
    for (const at of lines) {
      if (left <= 0) return;
      if (marks[at] === isOwn) continue;
      marks[at] = isOther;
      left -= 1;
    }
  };
  const most = own.length + enough;
  if (digits) {
    // What was typed with blanks or dashes may be so in a name.
    mark(linesWith(names, wanted, most));
  } else {
    mark(linesWith(e164s, wanted, most));
    mark(linesWith(ids, wanted, most));
    if (beside.connection) mark(numbers.keys());
    for (const [id, theirs] of index.byAgent) {
      if (beside.agents.has(id) || id.toLowerCase().includes(wanted)) mark(theirs);
    }
  }
  const other: number[] = [];
  for (let at = marks.indexOf(isOther); at >= 0; at = marks.indexOf(isOther, at + 1)) other.push(at);
  return { own, other };
}

/** The lines in which something is found, in order, at most so many. */
function linesWith({ text, starts }: Column, wanted: string, most: number): number[] {
  const found: number[] = [];
  if (starts.length === 1) return found;
  let line = 0;
  for (let at = text.indexOf(wanted); at >= 0 && found.length < most;) {
    while ((starts[line + 1] ?? 0) <= at) line += 1;
    found.push(line);
    const next = starts[line + 1] ?? 0;
    at = next > text.length ? -1 : text.indexOf(wanted, next);
  }
  return found;
}
