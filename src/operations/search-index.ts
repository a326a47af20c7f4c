import { nameKey } from "../domain/name-key.ts";
import { turn } from "../domain/turn.ts";
import { linesPerPart, type Part, type NumberIndex } from "./number-index.ts";
import type { NumberText } from "./number-text.ts";

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

/** So many parts of an index are searched before others get their turn: some milliseconds where all names are long. */
const partsAtOnce = 10;

/**
 * Which numbers a text lets through, in order; of either kind no more than are `enough`, and none of the other kind where
 * there are enough of the first. Others get their turn in between.
 */
export async function search(
  index: NumberIndex,
  { text, digits }: NumberText,
  beside: Beside,
  enough = Number.POSITIVE_INFINITY,
): Promise<Hits> {
  const { numbers, names, e164s, ids } = index;
  const wanted = nameKey(text);
  const agents = digits ? undefined : agentsFor(index, wanted, beside);
  const [own, other]: [number[], number[]] = [[], []];
  for (let part = 0; part < names.length; part += 1) {
    if (part > 0 && part % partsAtOnce === 0) await turn();
    const from = part * linesPerPart;
    const ours = linesWith(digits ? e164s[part] : names[part], digits || wanted);
    for (const line of ours) own.push(from + line);
    if (own.length >= enough) return { own: own.slice(0, enough), other: [] };
    if (other.length >= enough) continue;
    const marks = new Uint8Array(linesPerPart);
    // What was typed with blanks or dashes may be so in a name.
    if (digits) mark(marks, linesWith(names[part], wanted));
    else {
      mark(marks, linesWith(e164s[part], wanted));
      mark(marks, linesWith(ids[part], wanted));
      if (beside.connection) marks.fill(1);
      if (agents) markAnswered(marks, numbers, from, agents);
    }
    for (const line of ours) marks[line] = 0;
    const last = Math.min(linesPerPart, numbers.length - from);
    for (let line = marks.indexOf(1); line >= 0 && line < last; line = marks.indexOf(1, line + 1)) {
      other.push(from + line);
    }
  }
  return { own, other: other.slice(0, enough) };
}

/** The agents that let a number through, by their name or id; undefined for none. */
function agentsFor(
  { byAgent }: NumberIndex,
  wanted: string,
  beside: Beside,
): ReadonlySet<string> | undefined {
  const found = [...byAgent.keys()].filter(
    (id) => beside.agents.has(id) || id.toLowerCase().includes(wanted),
  );
  return found.length > 0 ? new Set(found) : undefined;
}

function markAnswered(
  marks: Uint8Array,
  numbers: NumberIndex["numbers"],
  from: number,
  agents: ReadonlySet<string>,
): void {
  for (let line = 0; line < linesPerPart; line += 1) {
    const agent = numbers[from + line]?.agent;
    if (agent && agents.has(agent.id)) marks[line] = 1;
  }
}

function mark(marks: Uint8Array, lines: readonly number[]): void {
  for (const line of lines) marks[line] = 1;
}

/** The lines of a part in which something is found, in order. */
function linesWith(part: Part | undefined, wanted: string): number[] {
  const found: number[] = [];
  if (!part) return found;
  const { text, starts } = part;
  let line = 0;
  for (let at = text.indexOf(wanted); at >= 0;) {
    while ((starts[line + 1] ?? 0) <= at) line += 1;
    found.push(line);
    const next = starts[line + 1] ?? 0;
    at = next > text.length ? -1 : text.indexOf(wanted, next);
  }
  return found;
}
