import { plainText, textKey } from "../../domain/text/normalize-name.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { validateReason } from "../../domain/access/reason-rule.ts";

/**
 * The parts of a line such as `0100 to "Night Bot" for 30m because the main bot is down`, as typed. Absent parts are
 * undefined. `ends` contains each expiry with its keyword, normalized.
 */
export interface Line {
  readonly number: string | undefined;
  readonly to: string | undefined;
  readonly ends?: readonly string[] | undefined;
  /** The key of the incident, as typed. */
  readonly incident?: string | undefined;
  readonly because: string | undefined;
}

export function firstWord(text: string): { readonly word: string; readonly rest: string } {
  const [word = ""] = /^\S+/u.exec(text.trim()) ?? [];
  return { word, rest: text.trim().slice(word.length).trim() };
}

/** Splits off the verb: the first word, in lower case. */
export function readVerb(text: string): { readonly verb: string; readonly rest: string } {
  const { word, rest } = firstWord(text);
  return { verb: textKey(word).replaceAll(" ", ""), rest };
}

/**
 * Parses what follows a verb: a number, `to` an agent, `for` a duration or `until` a time, `because` a reason. Words in
 * double quotes of any kind are never keywords. The reason extends to the end of the line. Of several `to`, the last
 * one counts, because names of numbers contain one more often than names of agents do; for a verb without `to`, it is
 * an ordinary word. `for` is a keyword before a time or a digit, and `incident` before a key. Throws invalid_input for
 * a reason that is too long, because a form would truncate it.
 */
export function readLine(text: string, takesTo = true): Line {
  const line = text.trim();
  const masked = line.replace(quoted, (span) => "\u0000".repeat(span.length));
  const because = keyword(masked, "because").at(0);
  const end = because ?? line.length;
  const head = masked.slice(0, end);
  const to = takesTo ? keyword(head, "to").at(-1) : undefined;
  const ends = [...keyword(head, "until"), ...keyword(head, forSomeTime)].toSorted((a, b) => a - b);
  const incident = keyword(line.slice(0, end), withKey).findLast((at) =>
    head.startsWith(line.slice(at, at + "incident".length), at),
  );
  const marks = [...ends, ...[to, incident].flatMap((at) => at ?? [])].toSorted((a, b) => a - b);
  const upToNext = (at: number): string => line.slice(at, marks.find((mark) => mark > at) ?? end);
  const reason = because === undefined ? undefined : unquoted(line.slice(because + "because".length));
  const fault = validateReason(reason, undefined);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "reason" });
  return {
    number: unquoted(line.slice(0, marks[0] ?? end)) || undefined,
    to: to === undefined ? undefined : unquoted(upToNext(to).slice("to".length)),
    incident: incident === undefined ? undefined : unquoted(upToNext(incident).slice("incident".length)),
    ends: ends.length > 0 ? ends.map((at) => plainText(upToNext(at))) : undefined,
    because: reason || undefined,
  };
}

/** Throws invalid_input if a line has an expiry or an incident that its verb does not take, rather than ignore it. */
export function refuseParts(line: Line, verb: string, refused: readonly ("ends" | "incident")[]): void {
  const { ends = [], incident } = line;
  const found = { ends: ends[0], incident: incident === undefined ? undefined : `incident ${incident}` };
  const part = refused.map((each) => found[each]).find((each) => each !== undefined);
  if (part === undefined) return;
  const words = `“${part}” has no effect on ${verb}, so nothing was done. Leave it out, or put a name with such words in quotes.`;
  throw new Problem("invalid_input", words);
}

/** A text without its enclosing double quotes, of whatever kind. The quoted text is unchanged. */
export function unquoted(text: string): string {
  const trimmed = text.trim();
  const closing = closings.get(trimmed.charAt(0));
  return trimmed.length > 1 && closing?.includes(trimmed.at(-1) ?? "") ? trimmed.slice(1, -1) : trimmed;
}

/** The closing quotes for each opening one: keyboards, phones and countries differ. */
const closings: ReadonlyMap<string, string> = new Map([
  ['"', '"\u201D'],
  ["\u201C", '\u201D"\u201C'],
  ["\u201D", '\u201D"'],
  ["\u201E", '\u201C\u201D"'],
  ["\u00AB", "\u00BB"],
  ["\u00BB", "\u00AB"],
  ["\u2033", "\u2033"],
]);

const quoted = new RegExp(
  [
    String.raw`"[^"]*"`,
    String.raw`\u201C[^\u201C\u201D]*(?:\u201C[^\u201C\u201D]*\u201D[^\u201C\u201D]*)+\u201D`,
    String.raw`[\u201C-\u201E][^\u201C-\u201E"]*[\u201C\u201D"]`,
    String.raw`\u00AB[^\u00AB\u00BB]*\u00BB`,
    String.raw`\u00BB[^\u00AB\u00BB]*\u00AB`,
    String.raw`\u2033[^\u2033]*\u2033`,
    String.raw`"[^"\u201D]*\u201D`,
  ].join("|"),
  "gu",
);

/** `for` with a time after it. Names such as "for sales" stay names. */
const forSomeTime = String.raw`for(?=\s+(?:[-+.\u2212\u2010-\u2015]?\d|(?:[a-z]+\s+){1,2}(?:min(?:ute)?|h(?:ou)?r|day|week)s?\b))`;

/** `incident` with a key after it, which contains a digit: an agent may be called “Incident bot”. */
const withKey = String.raw`incident(?=\s+["\u201C-\u201E\u00AB\u00BB\u2033]?\S*\d)`;

/** The places where a keyword is a separate word, outside of quotes. */
function keyword(masked: string, word: string): number[] {
  return [...masked.matchAll(new RegExp(`(?<=^|\\s)${word}(?=\\s|$)`, "giu"))].map(({ index }) => index);
}
