import { findPhoneNumbersInText, parsePhoneNumberFromString } from "libphonenumber-js";

/** What a person may have meant by the text that names a number. All comparisons are without regard to case. */
export interface NumberText {
  /** The text, unquoted and with plain quotes and dashes. */
  readonly text: string;
  /** Only the digits, when the text is a phone number or the end of one; else empty. */
  readonly digits: string;
  /** Whether it began with `+` (or was a `tel:` link), so that the digits are a whole E.164 number. */
  readonly whole: boolean;
}

const quotes = /[\u201C\u201D\u201E\u00AB\u00BB\u2033]/gu;
const apostrophes = /[\u2018\u2019\u201A\u2032]/gu;
const dashes = /[\u2010-\u2015\u2212]/gu;
const blanks = /[\s\u00A0\u202F\u2060\u200B-\u200F\u202A-\u202E]+/gu;

const alreadyPlain = /^[\w+.,:;()#/@-]+(?: [\w+.,:;()#/@-]+)*$/u;

/** Turns what phones and word processors type into what keyboards type: quotes, dashes, blanks, Slack's escapes. */
export function plainText(text: string): string {
  if (alreadyPlain.test(text)) return text;
  return text
    .replace(/<tel:([^|>]*)(?:\|[^>]*)?>/gu, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(quotes, '"')
    .replace(apostrophes, "'")
    .replace(dashes, "-")
    .replace(blanks, " ")
    .normalize("NFC")
    .trim();
}

/** A name as it is compared with what somebody typed: plain, unquoted and in lower case. */
export function nameKey(name: string): string {
  // Most names have nothing to be made plain, and a list has very many of them.
  if (alreadyPlain.test(name)) return name.toLowerCase();
  return unquoted(plainText(name)).toLowerCase();
}

/** Reads a text that names a number: E.164 however written, its last four or more digits, a name, or a vendor's id. */
export function readNumberText(typed: string): NumberText {
  const text = unquoted(plainText(typed)).replace(/^tel:/iu, "");
  const looksLikeDigits = /^\+?[\d\s().-]+$/u.test(text);
  const whole = looksLikeDigits && text.startsWith("+");
  // The library knows that a `(0)` after the country code is not dialled.
  const e164 = whole ? parsePhoneNumberFromString(text)?.number : undefined;
  const digits = looksLikeDigits ? (e164 ?? text).replace(/\D/gu, "") : "";
  return { text, digits: digits.length >= 4 ? digits : "", whole };
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/u, "$2").trim();
}

/** The E.164 numbers in a message, in their order and once each; Slack's `tel:` links are read too. */
export function numbersInText(message: string): string[] {
  // Line by line: two numbers that stand under each other would be read as one that is none.
  const found = message.split(/[\r\n]+/u).flatMap((line) => findPhoneNumbersInText(plainText(line), "US"));
  return [...new Set(found.map(({ number }) => number.number))];
}

/** A number as people write it, `+1 415 555 0100`; what cannot be read stays as it is. */
export function formatE164(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
}
