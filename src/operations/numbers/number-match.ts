import { distance } from "fastest-levenshtein";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { forEachInBatches } from "../../domain/shared/event-loop.ts";
import type { ConnectedList } from "./connected-lists.ts";
import { lineAt } from "./number-index.ts";
import type { NumberQuery } from "../shared/number-query.ts";

/** A number and the list that contains it. */
export interface Found {
  readonly list: ConnectedList;
  readonly number: PhoneNumber;
}

/**
 * The numbers that a text refers to, by the most reliable reading that finds any: as its vendor writes it, then as a
 * library interprets the digits, then as a title that Patchbay shows. Numbers with that name come in addition, because
 * a name may look like the digits or the title of another number.
 */
export async function namedBy(lists: readonly ConnectedList[], query: NumberQuery): Promise<Found[]> {
  const keys = { whole: normalizeName(query.text), title: query.title && normalizeName(query.title.name) };
  const [byName, asItIs, byLibrary, byTitle]: [Found[], Found[], Found[], Found[]] = [[], [], [], []];
  for (const list of lists) {
    const { numbers, names } = list.index;
    await forEachInBatches(numbers, (number, place) => {
      const name = lineAt(names, place);
      const digits = query.digits || query.title ? digitsOf(number) : "";
      if (isExactly(number, digits, query)) asItIs.push({ list, number });
      else if (number.name && name !== "" && name === keys.whole) byName.push({ list, number });
      else if (query.others.some((other) => fits(digits, other, query.whole)))
        byLibrary.push({ list, number });
      else if (
        query.title &&
        (keys.title === "" || name === keys.title) &&
        digits.endsWith(query.title.digits)
      )
        byTitle.push({ list, number });
    });
  }
  const read = [asItIs, byLibrary, byTitle].find(({ length }) => length > 0) ?? [];
  return [...read, ...byName];
}

function isExactly({ id, e164 }: PhoneNumber, digits: string, query: NumberQuery): boolean {
  if (id === query.text || e164 === query.text) return true;
  return query.digits !== "" && fits(digits, query.digits, query.whole);
}

const fits = (digits: string, typed: string, whole: boolean): boolean =>
  whole ? digits === typed : digits.endsWith(typed);

const digitsOf = ({ e164 }: PhoneNumber): string => e164.replace(/\D/gu, "");

/**
 * The numbers closest to digits that match none: numbers that start with them, if the country code was given, or
 * contain them; otherwise numbers that differ in one digit, or in two swapped ones. Never any others.
 */
export async function nearestDigits(
  among: Iterable<Found>,
  query: NumberQuery,
  most: number,
): Promise<readonly Found[]> {
  const wanted = [query.digits, ...query.others];
  const [holding, mistyped]: [Found[], Found[]] = [[], []];
  await forEachInBatches(among, (found) => {
    const digits = digitsOf(found.number);
    if (wanted.some((each) => (query.whole ? digits.startsWith(each) : digits.includes(each)))) {
      if (holding.length < most) holding.push(found);
    } else if (mistyped.length < most && wanted.some((each) => isMistyped(each, digits))) {
      mistyped.push(found);
    }
  });
  return holding.length > 0 ? holding : mistyped;
}

/**
 * From 7 digits on, a number may be mistyped in one digit; a shorter one is a different number. No number has more than
 * 20.
 */
const [leastMistyped, mostMistyped] = [7, 20];

function isMistyped(typed: string, digits: string): boolean {
  if (typed.length < leastMistyped || typed.length > mostMistyped) return false;
  return [-1, 0, 1].some((more) => {
    const end = digits.slice(-(typed.length + more));
    const apart = distance(typed, end);
    return apart <= 1 || (apart === 2 && sorted(typed) === sorted(end));
  });
}

const sorted = (digits: string): string => Array.from(digits).toSorted().join("");
