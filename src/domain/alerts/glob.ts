import { textKey } from "../text/normalize-name.ts";

/** The longest pattern, in characters. */
export const longestGlob = 100;

/**
 * Whether a whole text matches a pattern in which `*` stands for any text. Everything else stands for itself, ignoring case
 * and the kinds of quotes and blanks. It takes one pass over the text, whatever people type (ADR 21).
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = "", ...rest] = textKey(pattern).split("*");
  const subject = textKey(text);
  const last = rest.pop();
  if (last === undefined) return subject === first;
  if (!subject.startsWith(first) || subject.length < first.length + last.length) return false;
  let from = first.length;
  const end = subject.length - last.length;
  for (const part of rest) {
    const found = subject.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return subject.endsWith(last);
}
