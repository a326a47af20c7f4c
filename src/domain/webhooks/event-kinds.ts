import { auditKinds } from "../audit/audit-kind.ts";
import { Problem } from "../problem/problem.ts";

/** The kinds of events that a webhook gets: a kind, or all of a family, such as `change.*`. Undefined: every kind. */
export type EventKinds = readonly string[] | undefined;

/** How long a quoted word is at most: it may be anything that somebody pasted. */
const longestQuote = 60;

const allOf = (kind: string): string => `${kind.slice(0, kind.indexOf("."))}.*`;
const families: readonly string[] = [...new Set(auditKinds.map((kind) => allOf(kind)))];
const known: ReadonlySet<string> = new Set([...auditKinds, ...families]);

/** Reads kinds, separated by commas or spaces. Nothing stands for every kind. Throws invalid_input, field `kinds`. */
export function parseEventKinds(typed: string): EventKinds {
  const words = [...new Set(typed.toLowerCase().split(/[\s,]+/u))].filter((word) => word !== "");
  const unknown = words.find((word) => !known.has(word));
  if (unknown !== undefined) throw new Problem("invalid_input", unknownText(unknown), { field: "kinds" });
  // What a family has already is not said twice.
  const kinds = words.filter((word) => families.includes(word) || !words.includes(allOf(word)));
  return kinds.length === 0 ? undefined : kinds;
}

function unknownText(word: string): string {
  const quoted = Array.from(word).slice(0, longestQuote).join("");
  const family = word.includes(".") ? allOf(word) : `${word}.*`;
  const ofFamily = auditKinds.filter((kind) => allOf(kind) === family);
  const named = ofFamily.length > 0 ? [family, ...ofFamily] : families;
  return `There is no kind of event “${quoted}”. The known ones are ${named.join(", ")}.`;
}

/** Whether a webhook with these kinds gets an event of a kind. */
export function wantsEvent(kinds: EventKinds, kind: string): boolean {
  return kinds === undefined || kinds.includes(kind) || kinds.includes(allOf(kind));
}

/** The kinds in words, as `parseEventKinds` reads them. */
export function eventKindsText(kinds: EventKinds): string {
  return kinds?.join(", ") ?? "";
}
