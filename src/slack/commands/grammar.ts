import { plainText } from "../../operations/number-text.ts";

/**
 * The parts of a line such as `0100 to "Night Bot" for 30m because the main bot is down`. A part that is absent is
 * undefined. `ends` has each end as typed, its keyword included.
 */
export interface Line {
  readonly number: string | undefined;
  readonly to: string | undefined;
  readonly ends?: readonly string[] | undefined;
  /** The key of the incident that it is for, as typed. */
  readonly incident?: string | undefined;
  readonly because: string | undefined;
}

/** Splits off the verb: the first word, in lower case. */
export function readVerb(text: string): { readonly verb: string; readonly rest: string } {
  const line = plainText(text);
  const [verb = ""] = line.split(" ", 1);
  return { verb: verb.toLowerCase(), rest: line.slice(verb.length).trim() };
}

/**
 * Reads what follows a verb: a number, `to` what, `for` how long or `until` when, `because` why. Words in double quotes
 * are never keywords. The first `because` ends the line; of several `to`, the last one counts, since names of numbers
 * hold one more often than names of agents do. For a verb that takes no `to` it is a word like any other. `for` is a
 * keyword where a time or a digit comes after it, and `incident` where a key does.
 */
export function readLine(text: string, takesTo = true): Line {
  const line = plainText(text);
  const because = keyword(line, "because").at(0);
  const head = because === undefined ? line : line.slice(0, because);
  const to = takesTo ? keyword(head, "to").at(-1) : undefined;
  const ends = [...keyword(head, "until"), ...keyword(head, forSomeTime)].toSorted((a, b) => a - b);
  const incident = keyword(head, withKey).at(-1);
  const marks = [...ends, ...[to, incident].flatMap((at) => at ?? [])].toSorted((a, b) => a - b);
  const upToNext = (at: number): string =>
    head.slice(
      at,
      marks.find((mark) => mark > at),
    );
  return {
    number: part(head.slice(0, marks[0])),
    to: to === undefined ? undefined : unquoted(upToNext(to).slice("to".length)),
    incident: incident === undefined ? undefined : unquoted(upToNext(incident).slice("incident".length)),
    ends: ends.length > 0 ? ends.map((at) => upToNext(at).trim()) : undefined,
    because: because === undefined ? undefined : part(line.slice(because + "because".length)),
  };
}

/** `for` with a time after it: what is named for something else keeps its name. */
const forSomeTime = String.raw`for(?=\s+(?:[-+.]?\d|(?:[a-z]+\s+){1,2}(?:min(?:ute)?|h(?:ou)?r|day|week)s?\b))`;

/** `incident` with a key after it, which has a digit: an agent may be called “Incident bot”. */
const withKey = String.raw`incident(?=\s+"?\S*\d)`;

/** Where a keyword stands as a word of its own, outside of quotes. */
function keyword(line: string, word: string): number[] {
  const masked = line.replace(/"[^"]*"/gu, (quoted) => "\u0000".repeat(quoted.length));
  return [...masked.matchAll(new RegExp(`(?<=^|\\s)${word}(?=\\s|$)`, "giu"))].map(({ index }) => index);
}

function part(text: string): string | undefined {
  return unquoted(text) || undefined;
}

function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/u, "$1")
    .trim();
}
