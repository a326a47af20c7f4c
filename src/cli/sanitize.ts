import { unseenCharacters, visibleLine } from "../domain/visible-text.ts";

/**
 * A text from outside as one line that is safe on a terminal: line breaks and tabs become blanks, every other character
 * that is not seen (escape sequences, text direction) becomes U+FFFD.
 */
export function sanitize(text: string): string {
  return visibleLine(text, "\uFFFD");
}

/** A value as one line of JSON in which every character that is not seen is written as an escape. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value).replace(
    unseenCharacters,
    // By code unit, since JSON escapes have four digits: a character beyond U+FFFF becomes two.
    (character) =>
      Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(""),
  );
  return `${json}\n`;
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
