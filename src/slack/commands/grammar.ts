import { plainText } from "../../operations/number-text.ts";

/** The parts of a line such as `0100 to "Night Bot" because the main bot is down`. A part that is absent is undefined. */
export interface Line {
  readonly number: string | undefined;
  readonly to: string | undefined;
  readonly because: string | undefined;
}

/** Splits off the verb: the first word, in lower case. */
export function readVerb(text: string): { readonly verb: string; readonly rest: string } {
  const line = plainText(text);
  const [verb = ""] = line.split(" ", 1);
  return { verb: verb.toLowerCase(), rest: line.slice(verb.length).trim() };
}

/**
 * Reads what follows a verb: a number, `to` what, `because` why. Words in double quotes are never keywords. The first
 * `because` ends the line; of several `to`, the last one counts, since names of numbers hold one more often than names
 * of agents do. For a verb that takes no `to` it is a word like any other.
 */
export function readLine(text: string, takesTo = true): Line {
  const line = plainText(text);
  const because = keyword(line, "because").at(0);
  const head = because === undefined ? line : line.slice(0, because);
  const to = takesTo ? keyword(head, "to").at(-1) : undefined;
  return {
    number: part(to === undefined ? head : head.slice(0, to)),
    to: to === undefined ? undefined : unquoted(head.slice(to + "to".length)),
    because: because === undefined ? undefined : part(line.slice(because + "because".length)),
  };
}

/** The parts of a line such as `Roadside until 18:00 because the vendor is being looked at`. */
export interface TimedLine {
  readonly what: string | undefined;
  /** When it is to end, as typed: `18:00`, `2h`. */
  readonly end: string | undefined;
  readonly because: string | undefined;
}

/** Reads what, `until` or `for` when, `because` why. `for` is a word like any other unless a number follows it. */
export function readTimedLine(text: string): TimedLine {
  const { number: head = "", because } = readLine(text, false);
  const ends = [
    ...keyword(head, "until"),
    ...keyword(head, "for").filter((at) => /^for\s+\d/iu.test(head.slice(at))),
  ];
  const at = ends.toSorted((a, b) => a - b).at(-1);
  return {
    what: part(at === undefined ? head : head.slice(0, at)),
    end: at === undefined ? undefined : part(head.slice(at).replace(/^\w+\s*/u, "")),
    because,
  };
}

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
