import type { CallLog, CallQuery, LoggedCall } from "../domain/vendor/call-log.ts";
import { isProblem, Problem } from "../domain/problem/problem.ts";
import type { Cursor } from "./pagination.ts";
import { parseEach } from "./parse.ts";
import type { HttpAnswer } from "./response.ts";
import type { z } from "zod";

/** A record of a vendor's list of calls, and whether it is an incoming call of the number. */
export interface CallRecord extends Omit<LoggedCall, "startedAt"> {
  /** Undefined if it has not begun. */
  readonly startedAt: Date | undefined;
  readonly isToNumber: boolean;
}

/** A page of a vendor's list of calls. */
export interface CallPage {
  readonly records: readonly CallRecord[];
  readonly next: Cursor | undefined;
  readonly at: Date | undefined;
}

/** The most pages to read. A busy account has thousands of calls; the first ones are what counts. */
const mostPages = 5;

/**
 * Reads a list of calls until it has those of the query. A list that is newest first is read back to `since`; one that is
 * oldest first begins there.
 */
export async function callsSince(
  { since }: CallQuery,
  order: "newest first" | "oldest first",
  readPage: (cursor: Cursor | undefined) => Promise<CallPage>,
): Promise<CallLog> {
  const found = new Map<string, LoggedCall>();
  let cursor: Cursor | undefined;
  let at: Date | undefined;
  for (let page = 1; ; page += 1) {
    const { records, next, at: answeredAt } = await readPage(cursor);
    at ??= answeredAt;
    for (const { isToNumber, startedAt, ...call } of records)
      if (isToNumber && startedAt && startedAt >= since) found.set(call.id, { ...call, startedAt });
    const isBefore =
      order === "newest first" && records.some(({ startedAt }) => startedAt && startedAt < since);
    const isOver = next === undefined || next === cursor || records.length === 0 || isBefore;
    if (isOver || page === mostPages) return { calls: oldestFirst(found.values()), at, isPartial: !isOver };
    cursor = next;
  }
}

/** The log of several lists of calls. */
export function joinedLogs(logs: readonly CallLog[]): CallLog {
  return {
    calls: oldestFirst(logs.flatMap(({ calls }) => calls)),
    at: logs.find(({ at }) => at)?.at,
    isPartial: logs.some(({ isPartial }) => isPartial),
  };
}

const oldestFirst = (calls: Iterable<LoggedCall>): readonly LoggedCall[] =>
  [...calls].toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime());

/** The readable records of a page. Throws vendor_response_unreadable if there is none among several. */
export async function callRecords<S extends z.ZodType>(
  vendor: string,
  schema: S,
  records: readonly unknown[],
  from: (seen: z.output<S>) => CallRecord,
): Promise<readonly CallRecord[]> {
  const { items, unreadable } = await parseEach(vendor, schema, records, from);
  const [first] = unreadable;
  if (first && items.length === 0) throw first;
  return items;
}

/** The vendor's clock in a response. */
export function clockOf({ headers }: HttpAnswer): Date | undefined {
  const at = new Date(headers["date"] ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** A time as vendors write it; undefined without one. */
export function timeOf(text: string | null | undefined): Date | undefined {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** Maps a refused list of calls to unsupported if the API does not have it. */
export async function mapNoCalls<T>(vendor: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!isProblem(error, "vendor_refused") || ![404, 405].includes(error.details.vendorStatus ?? 0))
      throw error;
    const words = `${vendor}'s API does not list this account's calls.`;
    throw new Problem("unsupported", words, error.details, error);
  }
}
