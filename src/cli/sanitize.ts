import { unseenCharacters, visibleLine } from "../domain/text/visible-text.ts";

/**
 * A text from outside as one line that is safe on a terminal. Line breaks and tabs become blanks; every other invisible
 * character (escape sequences, text direction) becomes U+FFFD.
 */
export function sanitize(text: string): string {
  return visibleLine(text, "\uFFFD");
}

/** A value as one line of JSON with all invisible characters escaped. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value).replace(
    unseenCharacters,
    // By code unit: JSON escapes have four digits, so a character beyond U+FFFF becomes two.
    (character) =>
      Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(""),
  );
  return `${json}\n`;
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
