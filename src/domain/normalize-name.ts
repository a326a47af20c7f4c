import { withEmoji } from "./emoji.ts";
import { ownValue } from "./own-value.ts";

const doubleQuotes = /[\u201C-\u201F\u00AB\u00BB\u2033\u2036\u301D-\u301F]/gu;
const singleQuotes = /[\u2018-\u201B\u2032\u2035\u2039\u203A\u02BC\u00B4]/gu;
const dashes = /[\u2010-\u2015\u2043\u2212\u2E3A\u2E3B\u30A0]/gu;
const flags = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]+\u{E007F}/gu;
const unseen = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** What people paste of what Slack sends to apps means what it does there. */
const slackTel = /<tel:([^|<>]*)(?:\|[^<>]*)?>/giu;
const slackEscape = /&(amp|lt|gt);/gu;
const blanks = /[\s\p{Cc}\u2800]+/gu;

/** Most texts have nothing that could be written in another way, and a list has very many of them. */
const alreadyPlain = /^[\w+.,;()#/@-]+(?: [\w+.,;()#/@-]+)*$/u;

/**
 * A text as it is read and compared, never shown or kept: without regard to kinds of quotes, dashes and blanks, to what is
 * not seen, and to whether an emoji is a character or Slack's name for it.
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
    .replace(blanks, " ")
    .trim();
}

/** The same without regard to case. */
export function textKey(text: string): string {
  if (alreadyPlain.test(text)) return text.toLowerCase();
  // By way of upper case, so that ß is ss; and a Greek word's last letter is as in its middle.
  return plainText(text)
    .toUpperCase()
    .toLowerCase()
    .replaceAll("i\u0307", "i")
    .replaceAll("\u03C2", "\u03C3")
    .normalize("NFKC");
}

/** The key of a name: two names with one key are the same to people. Quotes around it are not part of it. */
export function normalizeName(name: string): string {
  return textKey(name)
    .replace(/^(["'])(.*)\1$/u, "$2")
    .trim();
}

/** A flag that is spelt in tags, which are not seen, by a name that is. */
function flagName(flag: string): string {
  const tags = Array.from(flag.slice(2, -2), (tag) =>
    String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000),
  );
  return `\u{1F3F4}${tags.join("")}`;
}
