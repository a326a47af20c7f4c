import { forEachInBatches } from "../domain/shared/event-loop.ts";
import { Problem } from "../domain/problem/problem.ts";

/** The start of a page: a page number, an offset, a cursor, or the id before it. */
export type Cursor = string | number;

/** The start of the next page; undefined after the last. */
export interface Next {
  readonly next: Cursor | undefined;
  /** Whether the vendor does not say if there is more: then an empty or repeated page ends the list. */
  readonly isGuess?: boolean | undefined;
}

/** One page of a list. */
export interface Page<T> extends Next {
  readonly items: readonly T[];
  /** Why its other records could not be read. */
  readonly unreadable?: readonly Problem[];
}

const mostPages = 1000;

/** How to read all pages. */
export interface PagesOptions<T> {
  /** The most pages; a thousand unless given. */
  readonly maxPages?: number;
  /** Transforms each item as soon as its page arrives. It must keep the id. */
  readonly made?: ((item: T) => T) | undefined;
  /** Called for each record that cannot be read. The others are kept. */
  readonly onUnreadable?: ((why: Problem) => void) | undefined;
  /** Requests a page of one item and returns how many came. More than one means that the list has no pages. */
  readonly askForOne?: () => Promise<number>;
}

/**
 * Reads all pages of a list, each item once by its id, as the latest page shows it. `readPage` gets the number of
 * records on earlier pages. Throws vendor_response_unreadable if the list repeats, ends early, has more than
 * `maxPages` pages or no readable record, rather than return a part of it.
 */
export async function allPages<T extends { readonly id: string }>(
  vendor: string,
  readPage: (cursor: Cursor | undefined, before: number) => Promise<Page<T>>,
  { maxPages = mostPages, made = (item) => item, onUnreadable, askForOne }: PagesOptions<T> = {},
): Promise<T[]> {
  const found = new Map<string, T>();
  const asked = new Set<Cursor>();
  const unreadable: Problem[] = [];
  let cursor: Cursor | undefined;
  let records = 0;
  const complete = (): T[] => {
    const [first] = unreadable;
    // If no record can be read, the format has changed. It is not a single invalid record.
    if (first && found.size === 0) throw first;
    for (const why of unreadable) onUnreadable?.(why);
    return [...found.values()];
  };
  for (let page = 0; page < maxPages; page += 1) {
    const { items, next, isGuess = false, unreadable: odd = [] } = await readPage(cursor, records);
    const before = found.size;
    await forEachInBatches(items, (item) => {
      const kept = made(item);
      found.set(kept.id, kept);
    });
    const count = items.length + odd.length;
    const isNew = found.size > before || (items.length === 0 && odd.length > 0);
    if (isGuess && count === 0) return complete();
    const isWhole = async () => records === 1 || ((await askForOne?.()) ?? 0) > 1;
    if (isGuess && !isNew && (await isWhole())) return complete();
    records += count;
    unreadable.push(...odd);
    if (next === undefined) return complete();
    // A vendor that filters after paging may send an empty page with a cursor. With numbered pages, an empty page is
    // the last.
    if (count === 0 && typeof next === "number") throw endless(vendor, "ends before it is complete");
    if ((count > 0 && !isNew) || asked.has(next)) throw endless(vendor, "repeats itself");
    asked.add(next);
    cursor = next;
  }
  throw endless(vendor, `has more than ${maxPages} pages`);
}

const endless = (vendor: string, what: string): Problem =>
  new Problem(
    "vendor_response_unreadable",
    `${vendor}'s list ${what}, so Patchbay could not read all of it.`,
  );

/** What a page says about its list. A page may be shorter than requested and not be the last. */
export interface Counted {
  /** The number of records on this page, and on earlier pages. */
  readonly count: number;
  readonly before: number;
  /** The number of records on all pages. */
  readonly total?: number | null | undefined;
  readonly totalPages?: number | null | undefined;
}

/** The total, unless the vendor has already sent more than that. */
const credible = ({ count, before, total }: Counted): number | undefined =>
  typeof total === "number" && total >= before + count ? total : undefined;

/** The next page number. Without totals, there may always be more. */
export function nextPage(page: number, counted: Counted): Next {
  const { count, before, totalPages } = counted;
  const total = credible(counted);
  const isCounted = typeof total === "number" || typeof totalPages === "number";
  const more = typeof total === "number" ? before + count < total : page < (totalPages ?? Infinity);
  return { next: more ? page + 1 : undefined, isGuess: !isCounted };
}

/** The next offset. Without a total, there may always be more. */
export function nextOffset(counted: Counted): Next {
  const total = credible(counted);
  const next = counted.before + counted.count;
  return { next: total !== undefined && next >= total ? undefined : next, isGuess: total === undefined };
}

/**
 * The next cursor; `said` is the cursor in the response, or the id of its last item. Throws
 * vendor_response_unreadable if there is more and no cursor.
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
