import { normalizeName, plainText } from "../../domain/normalize-name.ts";
import { parseNumberQuery } from "../shared/number-query.ts";

/** A word of a filter: several in quotes, or the groups of a phone number, are one. */
export interface FilterWord {
  /** The word as names are compared. */
  readonly key: string;
  /** What its digits may be in a number, where it is one or a part of one; else empty. */
  readonly digits: readonly string[];
}

/** So many words are looked for; more would only cost time. */
const mostWords = 10;
/** Signs with which lists set things apart. */
const separators = /(?<=^|\s)[·→|:,]+(?=\s|$)/gu;
const oneWord = /"[^"]+"|\+?[\d(][\d\s()./-]*\d\)?(?=\s|$)|\S+/gu;

/** The words of a filter, each of which has to be found. No word at all lets everything through. */
export function filterWords(text: string): readonly FilterWord[] {
  const plain = plainText(text).replace(separators, " ");
  const whole = parseNumberQuery(plain);
  const parts = whole.digits ? [plain] : [...plain.matchAll(oneWord)].map(([word]) => word);
  return parts.slice(0, mostWords).map((part) => wordOf(part));
}

function wordOf(part: string): FilterWord {
  const { digits, others } = parseNumberQuery(part);
  if (digits) return { key: normalizeName(part), digits: [digits, ...others] };
  // A group of a number in its brackets, as lists print it.
  const group = /^\(?\+?(\d+)[().,-]*$/u.exec(part)?.[1];
  return { key: group === undefined ? normalizeName(part) : group, digits: [] };
}
