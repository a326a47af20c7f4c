import { Problem } from "../domain/problem.ts";

/** Where a page begins: a page number, an offset, a cursor, or the id that it starts after. */
export type Cursor = string | number;

/** Where the next page begins; undefined after the last. */
export interface Next {
  readonly next: Cursor | undefined;
  /** Whether the vendor did not say that there is more: then an empty page, or the first one again, ends the list. */
  readonly isGuess?: boolean | undefined;
}

/** One page of a list. */
export interface Page<T> extends Next {
  readonly items: readonly T[];
  /** Why each of its other records could not be read. */
  readonly unreadable?: readonly Problem[];
}

const mostPages = 1000;

/** How all pages are read. */
export interface PagesOptions<T> {
  /** A list that has more is not read to its end. A thousand unless given. */
  readonly maxPages?: number;
  /** What is kept of each item, as soon as its page has come: the item unless given. It leaves the id as it is. */
  readonly made?: ((item: T) => T) | undefined;
  /** Hears of each record that cannot be read. It costs that record alone. */
  readonly onUnreadable?: ((why: Problem) => void) | undefined;
  /** Asks for one item alone; gives how many came. More than one tells a list that has no pages. */
  readonly askForOne?: () => Promise<number>;
}

/**
 * Reads all pages of a list, each item once by its id, as the latest page shows it. `readPage` is told how many records
 * the pages before it had. Throws vendor_response_unreadable for a list that goes in a circle, ends early, has more than
 * `maxPages` pages or no readable record, rather than give a part of it.
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
    // Not one that can be read is another form of answer, not an odd record.
    if (first && found.size === 0) throw first;
    for (const why of unreadable) onUnreadable?.(why);
    return [...found.values()];
  };
  for (let page = 0; page < maxPages; page += 1) {
    const { items, next, isGuess = false, unreadable: odd = [] } = await readPage(cursor, records);
    const before = found.size;
    for (const item of items) {
      const kept = made(item);
      found.set(kept.id, kept);
    }
    const count = items.length + odd.length;
    const isNew = found.size > before || (items.length === 0 && odd.length > 0);
    if (isGuess && count === 0) return complete();
    const isWhole = async () => records === 1 || ((await askForOne?.()) ?? 0) > 1;
    if (isGuess && !isNew && (await isWhole())) return complete();
    records += count;
    unreadable.push(...odd);
    if (next === undefined) return complete();
    // A vendor that filters behind its cursors may send an empty page; with numbered pages nothing can follow one.
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

/** What a numbered page or an offset says of its list. A page may be shorter than was asked for and not be the last. */
export interface Counted {
  /** How many records this page has, and the pages before it had. */
  readonly count: number;
  readonly before: number;
  /** How many all pages have. */
  readonly total?: number | null | undefined;
  readonly totalPages?: number | null | undefined;
}

/** The page number after this one. Without totals there may always be more. */
export function nextPage(page: number, { count, before, total, totalPages }: Counted): Next {
  const isCounted = typeof total === "number" || typeof totalPages === "number";
  const more = typeof total === "number" ? before + count < total : page < (totalPages ?? Infinity);
  return { next: more ? page + 1 : undefined, isGuess: !isCounted };
}

/** The offset after this page. Without a total there may always be more. */
export function nextOffset({ count, before, total }: Counted): Next {
  const isCounted = typeof total === "number";
  const next = before + count;
  return { next: isCounted && next >= total ? undefined : next, isGuess: !isCounted };
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
