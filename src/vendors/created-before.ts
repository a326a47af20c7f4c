import { z } from "zod";
import type { Problem } from "../domain/problem/problem.ts";
import { nextCursor, type Cursor, type Page } from "./pagination.ts";
import { parseEach } from "./parse.ts";

const dated = z.object({ createdAt: z.iso.datetime({ offset: true }) });

/** How to read an array of records that is sorted by `createdAt`, newest first. */
export interface DatedList<S extends z.ZodType, T> {
  readonly vendor: string;
  readonly limit: number;
  readonly schema: S;
  readonly from: (seen: z.output<S>) => T;
  ask(query: { readonly limit: number; readonly createdAtLe?: string }): Promise<readonly unknown[]>;
}

/**
 * A page of such an array, from the last record of the page before. That record comes again, so that others of the
 * same moment are not lost. The list ends with a page that has nothing older.
 */
export async function pageBefore<S extends z.ZodType, T>(
  { vendor, limit, schema, from, ask }: DatedList<S, T>,
  cursor: Cursor | undefined,
): Promise<Page<T> & { readonly unreadable: readonly Problem[] }> {
  const found = await ask({ limit, ...(cursor === undefined ? {} : { createdAtLe: String(cursor) }) });
  const dates = found.flatMap((record) => dated.safeParse(record).data?.createdAt ?? []);
  const [newest, oldest] = [dates[0], dates.at(-1)];
  const isEnd =
    newest !== undefined &&
    cursor !== undefined &&
    oldest === cursor &&
    Date.parse(newest) <= Date.parse(oldest);
  // A full page without a date, or of one moment, does not show where the list goes on.
  const isStuck = found.length >= limit && (oldest === undefined || isEnd);
  const next = isStuck ? nextCursor(vendor, undefined, true) : isEnd ? undefined : oldest;
  return { ...(await parseEach(vendor, schema, found, from)), next, isGuess: true };
}
