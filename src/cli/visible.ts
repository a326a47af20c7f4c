/**
 * A text from outside as one line that is safe on a terminal: line breaks and tabs become blanks, every other control
 * or formatting character (escape sequences, text direction) becomes U+FFFD.
 */
export function visible(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD");
}

/** A value as one line of JSON in which every control or formatting character is written as an escape. */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    // By code unit, since JSON escapes have four digits: a character beyond U+FFFF becomes two.
    (character) =>
      Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(""),
  );
  return `${json}\n`;
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
