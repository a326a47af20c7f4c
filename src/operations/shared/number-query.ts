import { findPhoneNumbersInText, parsePhoneNumberFromString } from "libphonenumber-js";
import { plainText } from "../../domain/text/normalize-name.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { readTitle, type TitleText } from "./title-text.ts";

/** The possible meanings of a text that refers to a number. All comparisons ignore case. */
export interface NumberQuery {
  /** The normalized text, without quotes. */
  readonly text: string;
  /** The digits as typed, if the text is a phone number or the end of one; otherwise empty. */
  readonly digits: string;
  /**
   * Whether the country code was given (`+`, `00` or a `tel:` link), so that it is a whole number and not the end of
   * one.
   */
  readonly whole: boolean;
  /**
   * Other readings of the digits, without an international prefix or a national `0`: whole E.164 digits if the country
   * code was given, otherwise ends of numbers.
   */
  readonly others: readonly string[];
  /** The name and the digits, if the text is a title as Patchbay shows it. */
  readonly title: TitleText | undefined;
}

/** An extension after a number. It belongs to a phone system that Patchbay does not reach. */
const extension =
  /[\s,;/-]*\(?(?:;ext=|\b(?:extension|extn?|app|dw)\b[.:]?|(?<=\d\s*)(?:x|#|,{2,4}))\s*\d{1,7}#?\)?$/iu;
/** People write a number's last digits as `#0100`, too. */
const numberSign = /^#\s*(?=\d)/u;
const undialled = /\(\s*0\s*\)/u;
const phoneLike = /^\(?\+?[\d\s()./-]+$/u;
/** A shorter number with an international prefix is the end of a number instead. */
const leastAbroad = 9;

/** Longer texts can only be names. */
const longestNumber = 300;

/**
 * Parses a text that refers to a number: E.164 in any notation, its last four or more digits, a name, or a vendor's id.
 */
export function parseNumberQuery(typed: string): NumberQuery {
  const text = unquoted(plainText(typed)).replace(/^tel:/iu, "");
  if (text.length > longestNumber) return { text, digits: "", whole: false, others: [], title: undefined };
  const title = readTitle(text);
  const phone = text.replace(numberSign, "").replace(extension, "");
  const whole = isWhole(phone);
  // A `(0)` after the country code is not dialled.
  const digits = phoneLike.test(phone)
    ? (whole ? phone.replace(undialled, "") : phone).replace(/\D/gu, "")
    : "";
  if (digits.length < 4) return { text, digits: "", whole, others: [], title };
  const others = whole ? wholeNumbers(phone, digits) : ends(phone, digits);
  return { text, digits, whole, others: [...new Set(others)].filter((each) => each !== digits), title };
}

function isWhole(phone: string): boolean {
  if (!phoneLike.test(phone)) return false;
  return /^\(?\+/u.test(phone) || abroad(phone) !== undefined;
}

/** The number after the international prefix that most countries use, or North America's. */
function abroad(phone: string): string | undefined {
  const [, rest] = /^(?:00|011)[\s./-]*([\s\S]+)$/u.exec(phone) ?? [];
  return rest !== undefined && rest.replace(/\D/gu, "").length >= leastAbroad ? rest : undefined;
}

function wholeNumbers(phone: string, digits: string): string[] {
  const rest = abroad(phone);
  const international = rest === undefined ? phone : `+${rest}`;
  // The library recognizes an undialled `(0)` after the country code, and a national 0.
  const parsed = parsePhoneNumberFromString(international)?.number;
  const bare = international.replace(undialled, "");
  return [parsed, bare, rest]
    .flatMap((each) => (each === undefined ? [] : each.replace(/\D/gu, "")))
    .concat(digits);
}

/** The number without its country code, without a leading national 0 as well. */
function ends(phone: string, digits: string): string[] {
  const national = phone
    .replace(/\(\s*0\s*\)/u, "")
    .replace(/\D/gu, "")
    .replace(/^0+/u, "");
  return national.length >= 6 ? [national] : [digits];
}

function unquoted(text: string): string {
  return text.replace(/^(["'`])(.*)\1$/u, "$2").trim();
}

/** Text that looks like a whole number to people, even if the library does not know the number. */
const wholeInText = /(?<![\d+])(?:\+|00(?=[1-9]))\d(?:[\s()./-]{0,3}\d){6,14}(?!\d)/gu;

/** The number of characters to parse at once. The library takes up to ten milliseconds for that many. */
const readAtOnce = 500;
/** The longest notation of a number, in characters. */
const longestWritten = 60;

/**
 * The numbers in a message as E.164, in order and without duplicates. Numbers with a `+` keep the digits as written. A
 * long message is parsed in batches.
 */
export async function numbersInText(message: string): Promise<string[]> {
  const found = new Set<string>();
  let read = 0;
  // Line by line, so that two numbers in consecutive lines are not read as one invalid number.
  for (const each of message.split(/[\r\n]+/u)) {
    const line = plainText(each);
    for (let from = 0; from < line.length;) {
      const length = Math.min(readAtOnce, line.length - from);
      if (read + length > readAtOnce) {
        await yieldToEventLoop();
        read = 0;
      }
      read += length;
      const { numbers, next } = numbersFrom(line, from);
      for (const number of numbers) found.add(number);
      from = next;
    }
  }
  return [...found];
}

/**
 * The numbers in a piece of a line, and where the next piece starts: before a number that may continue after this one.
 */
function numbersFrom(line: string, from: number): { readonly numbers: string[]; readonly next: number } {
  const found = numbersInPiece(line.slice(from, from + readAtOnce));
  const isLast = from + readAtOnce >= line.length;
  const certain = isLast ? readAtOnce : readAtOnce - longestWritten;
  const numbers = found.filter(({ endsAt }) => endsAt <= certain).map(({ number }) => number);
  if (isLast) return { numbers, next: line.length };
  const cut = found.find(({ endsAt }) => endsAt > certain)?.startsAt ?? certain;
  return { numbers, next: betweenWords(line, from + Math.max(cut, longestWritten)) };
}

/** The nearest place that does not split a word or a run of digits, because the end of one may look like a number. */
function betweenWords(line: string, at: number): number {
  const isInside = (place: number): boolean => /[\p{L}\p{N}+]/u.test(line[place] ?? "");
  let place = at;
  while (isInside(place - 1) && at - place < longestWritten) place -= 1;
  if (!isInside(place - 1)) return place;
  for (place = at; isInside(place);) place += 1;
  return place;
}

function numbersInPiece(
  line: string,
): { readonly startsAt: number; readonly endsAt: number; readonly number: string }[] {
  const known = findPhoneNumbersInText(line, "US").map(({ number, startsAt, endsAt }) => {
    const written = line.slice(startsAt, endsAt);
    return { startsAt, endsAt, e164: written.startsWith("+") ? written : number.number };
  });
  const others = [...line.matchAll(wholeInText)]
    .map(({ 0: written, index }) => ({ startsAt: index, endsAt: index + written.length, e164: written }))
    .filter((one) => known.every(({ startsAt, endsAt }) => one.endsAt <= startsAt || endsAt <= one.startsAt));
  return [...known, ...others]
    .toSorted((a, b) => a.startsAt - b.startsAt)
    .map(({ startsAt, endsAt, e164 }) => ({
      startsAt,
      endsAt,
      number: `+${e164.replace(undialled, "").replace(/\D|^00/gu, "")}`,
    }));
}
