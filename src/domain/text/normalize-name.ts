import { withEmoji } from "./emoji.ts";
import { ownValue } from "../shared/own-value.ts";

const doubleQuotes = /[\u201C-\u201F\u00AB\u00BB\u2033\u2036\u301D-\u301F]/gu;
const singleQuotes = /[\u2018-\u201B\u2032\u2035\u2039\u203A\u02BC\u00B4]/gu;
const dashes = /[\u2010-\u2015\u2043\u2212\u2E3A\u2E3B\u30A0]/gu;
const flags = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]+\u{E007F}/gu;
const unseen = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** Slack's markup in texts that it sends to apps. People paste it, so it must mean the same here. */
const slackTel = /<tel:([^|<>]*)(?:\|[^<>]*)?>/giu;
const slackEscape = /&(amp|lt|gt);/gu;
const foreignDigit = /(?![0-9])\p{Nd}/gu;
const blanks = /[\s\p{Cc}\u2800]+/gu;

/** Most texts have no other spelling. This skips the work for them, which matters in long lists. */
const alreadyPlain = /^[\w+.,;()#/@-]+(?: [\w+.,;()#/@-]+)*$/u;

/**
 * Normalizes a text for comparison, never to show or store it. Ignores the kinds of quotes, dashes, blanks and digits,
 * invisible characters, and whether an emoji is a character or Slack's name for it.
 */
export function plainText(text: string): string {
  if (alreadyPlain.test(text)) return text;
  return withEmoji(text)
    .replace(slackTel, "$1")
    .replace(slackEscape, (_escape, name: string) => ownValue({ amp: "&", lt: "<", gt: ">" }, name) ?? "")
    .replace(flags, flagName)
    .normalize("NFKC")
    .replace(unseen, "")
    .replace(doubleQuotes, '"')
    .replace(singleQuotes, "'")
    .replace(dashes, "-")
    .replace(foreignDigit, asciiDigit)
    .replace(blanks, " ")
    .trim();
}

/** `plainText`, ignoring case. */
export function textKey(text: string): string {
  if (alreadyPlain.test(text)) return text.toLowerCase();
  // Through upper case, so that ß equals ss and a final Greek sigma equals one inside a word.
  return plainText(text)
    .toUpperCase()
    .toLowerCase()
    .replaceAll("i\u0307", "i")
    .replaceAll("\u03C2", "\u03C3")
    .normalize("NFKC");
}

/** The key of a name. Two names with the same key are the same to people. Enclosing quotes are ignored. */
export function normalizeName(name: string): string {
  return textKey(name)
    .replace(/^(["'])(.*)\1$/u, "$2")
    .trim();
}

/** Spells out the invisible tags of a regional flag, so that flags stay different. */
function flagName(flag: string): string {
  const tags = Array.from(flag.slice(2, -2), (tag) =>
    String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000),
  );
  return `\u{1F3F4}${tags.join("")}`;
}

/** A digit of another script as 0 to 9. In Unicode, the ten digits of a script follow each other. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
