import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { linesPerPart } from "./number-index.ts";
import type { NumberIndex, Part } from "../shared/number-indexes.ts";
import type { FilterWord } from "./filter-words.ts";

/** The places of matching numbers in their index. */
export interface Hits {
  /** The name or the digits match. Shown first. */
  readonly own: readonly number[];
  /** Something else about the number, its agent or its connection matches. */
  readonly other: readonly number[];
}

/** The other things that lists print about a number and that match one word of a filter. */
export interface RelatedMatches {
  /** Ids of agents with a matching name. */
  readonly agents: ReadonlySet<string>;
  /** Whether the connection's name or vendor matches. */
  readonly connection: boolean;
  /** Whether the printed state of a number matches; undefined if it never does. */
  readonly state?: ((number: PhoneNumber) => boolean) | undefined;
}

/** How many parts of an index are searched before yielding: a few milliseconds if all names are long. */
const partsAtOnce = 10;

/**
 * The numbers that match every word of a filter, in order: first those with all words in the name or the digits. At
 * most `enough` of each kind, and none of the second kind if there are enough of the first. `besides` belongs to the
 * words one by one. Yields to the event loop.
 */
export async function search(
  index: NumberIndex,
  words: readonly FilterWord[],
  relatedByWord: readonly RelatedMatches[],
  enough = Number.POSITIVE_INFINITY,
): Promise<Hits> {
  const { numbers, names } = index;
  const each = words.map((word, at) => {
    const related = relatedByWord[at] ?? { agents: new Set<string>(), connection: false };
    return { word, beside: related, agents: agentsFor(index, word, related) };
  });
  const [own, other]: [number[], number[]] = [[], []];
  for (let part = 0; part < names.length; part += 1) {
    if (part > 0 && part % partsAtOnce === 0) await yieldToEventLoop();
    const from = part * linesPerPart;
    const last = Math.min(linesPerPart, numbers.length - from);
    // For each number, how many of the words match the name or the digits, and how many match anything.
    const [inOwn, anywhere] = [new Uint8Array(linesPerPart), new Uint8Array(linesPerPart)];
    for (const { word, beside: related, agents } of each) {
      const marks = new Uint8Array(linesPerPart);
      for (const digits of word.digits) mark(marks, linesWith(index.e164s[part], digits));
      // Digits typed with blanks or dashes may also be part of a name.
      const inName = linesWith(names[part], word.key);
      if (word.digits.length === 0) mark(marks, inName);
      add(inOwn, marks);
      mark(marks, inName);
      if (word.digits.length === 0) markOthers(marks, index, part, word, related, agents);
      add(anywhere, marks);
    }
    for (let line = 0; line < last; line += 1) {
      if (inOwn[line] === words.length) own.push(from + line);
      else if (anywhere[line] === words.length && other.length < enough) other.push(from + line);
    }
    if (own.length >= enough) return { own: own.slice(0, enough), other: [] };
  }
  return { own, other };
}

function markOthers(
  marks: Uint8Array,
  { numbers, e164s, ids }: NumberIndex,
  part: number,
  { key }: FilterWord,
  { connection, state }: RelatedMatches,
  agents: ReadonlySet<string> | undefined,
): void {
  if (connection) {
    marks.fill(1);
    return;
  }
  mark(marks, linesWith(e164s[part], key));
  mark(marks, linesWith(ids[part], key));
  if (!agents && !state) return;
  for (let line = 0; line < linesPerPart; line += 1) {
    const number = numbers[part * linesPerPart + line];
    if (!number) return;
    if ((number.agent && agents?.has(number.agent.id)) || state?.(number)) marks[line] = 1;
  }
}

function add(sums: Uint8Array, marks: Uint8Array): void {
  for (let line = 0; line < sums.length; line += 1) sums[line] = (sums[line] ?? 0) + (marks[line] ?? 0);
}

/** The agents with a matching name or id; undefined for none. */
function agentsFor(
  { byAgent }: NumberIndex,
  { key, digits }: FilterWord,
  related: RelatedMatches,
): ReadonlySet<string> | undefined {
  if (digits.length > 0) return undefined;
  const found = [...byAgent.keys()].filter((agents) =>
    [...agentIdsIn([agents])].some((id) => related.agents.has(id) || id.toLowerCase().includes(key)),
  );
  return found.length > 0 ? new Set(found) : undefined;
}

function mark(marks: Uint8Array, lines: readonly number[]): void {
  for (const line of lines) marks[line] = 1;
}

/** The matching lines of a part, in order. */
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
