import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { Context } from "../shared/context.ts";
import { filterWords } from "./filter-words.ts";
import { findNumbers } from "./find-numbers.ts";
import type { ListedNumber } from "./listed-number.ts";

/** A shorter text is in too many names. */
const leastLength = 3;

/**
 * The only number whose name contains every word of a text, for showing it; never for changing one. Undefined if there
 * are several, or if a list is missing that may have another.
 */
export async function onlyPartialMatch(ctx: Context, text: string): Promise<ListedNumber | undefined> {
  if (Array.from(text.trim()).length < leastLength) return undefined;
  const words = filterWords(text);
  const { numbers, unanswered, unreadable } = await findNumbers(ctx, text, { limit: 2 });
  if (unanswered.length > 0 || unreadable.length > 0) return undefined;
  // Numbers whose own name fits come first.
  const named = numbers.filter(({ number }) => {
    const name = normalizeName(number.name ?? "");
    return words.every(({ key }) => name.includes(key));
  });
  return named.length === 1 ? named[0] : undefined;
}
