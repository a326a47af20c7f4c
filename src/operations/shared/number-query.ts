import { findPhoneNumbersInText, parsePhoneNumberFromString } from "libphonenumber-js";
import { plainText } from "../../domain/normalize-name.ts";
import type { PhoneNumber } from "../../domain/phone-number.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { readTitle, type TitleText } from "./title-text.ts";

/** What a person may have meant by the text that names a number. All comparisons are without regard to case. */
export interface NumberQuery {
  /** The text, unquoted and in plain characters. */
  readonly text: string;
  /** Only the digits, as typed, when the text is a phone number or the end of one; else empty. */
  readonly digits: string;
  /** Whether it says the country (it began with `+` or `00`, or was a `tel:` link): a whole number, not the end of one. */
  readonly whole: boolean;
  /**
   * What else the digits may mean, without a prefix for calls abroad or a national `0`: whole numbers as E.164 digits
   * where the country was said, else ends of numbers.
   */
  readonly others: readonly string[];
  /** The name and the digits, where the text is a title as Patchbay writes it. */
  readonly title: TitleText | undefined;
}

/** An extension at the end of a number: behind a switchboard of its own, which Patchbay does not reach. */
const extension = /[\s,;/-]*(?:;ext=|\b(?:extension|extn?|app|dw)\b[.:]?|(?<=\d\s*)x)\s*\d{1,7}$/iu;
const undialled = /\(\s*0\s*\)/u;
const phoneLike = /^\(?\+?[\d\s()./-]+$/u;
/** Shorter numbers with a prefix for calls abroad are the end of a number instead. */
const leastAbroad = 9;

/** A longer text is only a name. */
const longestNumber = 300;

/** Reads a text that names a number: E.164 however written, its last four or more digits, a name, or a vendor's id. */
export function parseNumberQuery(typed: string): NumberQuery {
  const text = unquoted(plainText(typed)).replace(/^tel:/iu, "");
  if (text.length > longestNumber) return { text, digits: "", whole: false, others: [], title: undefined };
  const title = readTitle(text);
  const phone = text.replace(extension, "");
  const whole = isWhole(phone);
  // A `(0)` behind the country is not dialled.
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

/** What follows the prefix with which calls abroad begin in most countries, or in North America. */
function abroad(phone: string): string | undefined {
  const [, rest] = /^(?:00|011)[\s./-]*([\s\S]+)$/u.exec(phone) ?? [];
  return rest !== undefined && rest.replace(/\D/gu, "").length >= leastAbroad ? rest : undefined;
}

function wholeNumbers(phone: string, digits: string): string[] {
  const rest = abroad(phone);
  const international = rest === undefined ? phone : `+${rest}`;
  // The library knows that a `(0)` after the country code is not dialled, and where a national 0 is.
  const parsed = parsePhoneNumberFromString(international)?.number;
  const bare = international.replace(undialled, "");
  return [parsed, bare, rest]
    .flatMap((each) => (each === undefined ? [] : each.replace(/\D/gu, "")))
    .concat(digits);
}

/** A number without its country, as it is dialled there: a 0 in front is not part of the whole one. */
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

/** What looks like a whole number to people, though a library may know no such number. */
const wholeInText = /(?<![\d+])(?:\+|00(?=[1-9]))\d(?:[\s()./-]{0,3}\d){6,14}(?!\d)/gu;

/** So much of a line is read at once: the library takes up to ten milliseconds for it. In characters. */
const readAtOnce = 500;
/** No number is written in more characters. */
const longestWritten = 60;

/**
 * The numbers in a message as E.164, in their order and once each; those with a `+` have the digits that were written. A long
 * message is read a batch at a time.
 */
export async function numbersInText(message: string): Promise<string[]> {
  const found = new Set<string>();
  let read = 0;
  // Line by line: two numbers that stand under each other would be read as one that is none.
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

/** The numbers in a piece of a line, and where the next piece begins: before a number that may go on behind this one. */
function numbersFrom(line: string, from: number): { readonly numbers: string[]; readonly next: number } {
  const found = numbersInPiece(line.slice(from, from + readAtOnce));
  const isLast = from + readAtOnce >= line.length;
  const certain = isLast ? readAtOnce : readAtOnce - longestWritten;
  const numbers = found.filter(({ endsAt }) => endsAt <= certain).map(({ number }) => number);
  if (isLast) return { numbers, next: line.length };
  const cut = found.find(({ endsAt }) => endsAt > certain)?.startsAt ?? certain;
  return { numbers, next: betweenWords(line, from + Math.max(cut, longestWritten)) };
}

/** That place, or one beside it that is not within a word or a run of digits: the end of one may look like a number. */
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

/** A number as people write it, `+1 415 555 0100`; what the library would write with other digits stays as it is. */
export function formatE164(e164: string): string {
  const written = parsePhoneNumberFromString(e164)?.formatInternational();
  return written !== undefined && written.replace(/[^+\d]/gu, "") === e164 ? written : e164;
}

/** A number as people know it, in plain words: `Main line (+1 415 555 0100)`. */
export function titleOf({ name, e164 }: Pick<PhoneNumber, "name" | "e164">): string {
  return name ? `${name} (${formatE164(e164)})` : formatE164(e164);
}
