import { Problem } from "../domain/problem.ts";

/** Where a page begins: a page number, an offset, a cursor, or the id that it starts after. */
export type Cursor = string | number;

/** One page of a list, and where the next one begins; undefined after the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Cursor | undefined;
}

const mostPages = 1000;

/** How all pages are read. */
export interface PagesOptions<T> {
  /** A list that has more is not read to its end. A thousand unless given. */
  readonly maxPages?: number;
  /** What is kept of each item, as soon as its page has come: the item unless given. It leaves the id as it is. */
  readonly made?: ((item: T) => T) | undefined;
}

/**
 * Reads all pages of a list, each item once by its id, as the latest page shows it. Throws vendor_response_unreadable for
 * a list that goes in a circle or has more than `maxPages` pages, rather than give a part of it.
 */
export async function allPages<T extends { readonly id: string }>(
  vendor: string,
  readPage: (cursor: Cursor | undefined) => Promise<Page<T>>,
  { maxPages = mostPages, made = (item) => item }: PagesOptions<T> = {},
): Promise<T[]> {
  const found = new Map<string, T>();
  const asked = new Set<Cursor>();
  let cursor: Cursor | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const { items, next } = await readPage(cursor);
    const before = found.size;
    for (const item of items) {
      const kept = made(item);
      found.set(kept.id, kept);
    }
    if (next === undefined) return [...found.values()];
    // A vendor that filters behind its cursors may send an empty page; with numbered pages nothing can follow one.
    const stuck = found.size === before && (items.length > 0 || typeof next === "number");
    if (stuck || asked.has(next)) throw endless(vendor, "repeats itself");
    asked.add(next);
    cursor = next;
  }
  throw endless(vendor, `has more than ${maxPages} pages`);
}

const endless = (vendor: string, what: string): Problem =>
  new Problem("vendor_response_unreadable", `${vendor}'s list ${what}, so it could not be read to its end.`);

/** What a numbered page or an offset says of its list; where the vendor does not say, `limit` is what we asked for. */
export interface Counted {
  /** How many items this page has. */
  readonly count: number;
  readonly limit: number;
  /** How many items all pages have. */
  readonly total?: number | null | undefined;
  readonly totalPages?: number | null | undefined;
}

/** The page number after this one. Without totals a full page has a next one. */
export function nextPage(page: number, { count, limit, total, totalPages }: Counted): number | undefined {
  const pages = totalPages ?? (typeof total === "number" ? Math.ceil(total / limit) : undefined);
  const more = pages === undefined ? count >= limit : page < pages;
  return more ? page + 1 : undefined;
}

/** The offset after this page. Without a total a full page has a next one. */
export function nextOffset(offset: number, { count, limit, total }: Counted): number | undefined {
  const next = offset + count;
  const more = typeof total === "number" ? next < total : count >= limit;
  return more ? next : undefined;
}

/**
 * The cursor of the next page; `said` is the cursor that the answer names, or the id of its last item. Throws
 * vendor_response_unreadable when there is more and no way to it.
 */
export function nextCursor(
  vendor: string,
  said: string | null | undefined,
  hasMore: boolean | null | undefined,
): string | undefined {
  if (hasMore === false || (hasMore !== true && !said)) return undefined;
  if (!said) throw endless(vendor, "has more pages and does not say where");
  return said;
}
