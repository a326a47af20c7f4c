import { normalizeName, plainText } from "../../domain/text/normalize-name.ts";
import { parseNumberQuery } from "../shared/number-query.ts";

/** A word of a filter. Words in quotes, and the groups of a phone number, count as one. */
export interface FilterWord {
  /** The word, normalized for comparison with names. */
  readonly key: string;
  /** The digits that it may stand for in a number, if it looks like a number or a part of one; otherwise empty. */
  readonly digits: readonly string[];
}

/** The most words to search for. More would only cost time. */
const mostWords = 10;
/** Separators that lists print. */
const separators = /(?<=^|\s)[·→|:,]+(?=\s|$)/gu;
const oneWord = /"[^"]+"|\+?[\d(][\d\s()./-]*\d\)?(?=\s|$)|\S+/gu;

/** The words of a filter. A number must match all of them; without words, every number matches. */
export function filterWords(text: string): readonly FilterWord[] {
  const plain = plainText(text).replace(separators, " ");
  const whole = parseNumberQuery(plain);
  const parts = whole.digits ? [plain] : [...plain.matchAll(oneWord)].map(([word]) => word);
  return parts.slice(0, mostWords).map((part) => wordOf(part));
}

function wordOf(part: string): FilterWord {
  const { digits, others } = parseNumberQuery(part);
  if (digits) return { key: normalizeName(part), digits: [digits, ...others] };
  // A group of a number in brackets, as lists print it.
  const group = /^\(?\+?(\d+)[().,-]*$/u.exec(part)?.[1];
  return { key: group === undefined ? normalizeName(part) : group, digits: [] };
}
