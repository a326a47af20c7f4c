import { z } from "zod";
import { nextCursor, nextOffset, type Next } from "../../pagination.ts";
import { parse } from "../../parse.ts";

/** What people call the vendor. */
export const title = "OneInbox";
/** How many records a page has. */
export const limit = 100;

const records = z.array(z.unknown());
const listPage = z.object({
  items: records,
  total: z.number().nullish(),
  next_cursor: z.string().nullish(),
  has_more: z.boolean().nullish(),
});

type ListPage = z.output<typeof listPage>;

/** One page, as an object or as a bare array. */
export function readPage(json: unknown): ListPage {
  return Array.isArray(json) ? { items: parse(title, records, json) } : parse(title, listPage, json);
}

/** Where the next page begins. */
export function nextOf({ items, total, next_cursor, has_more }: ListPage, before: number): Next {
  if (next_cursor || has_more === false) return { next: nextCursor(title, next_cursor, has_more) };
  const { next, isGuess } = nextOffset({ count: items.length, before, total });
  // More items than requested: the list has no pages.
  if (isGuess && items.length > limit) return { next: undefined };
  return { next, isGuess: isGuess && has_more !== true };
}
