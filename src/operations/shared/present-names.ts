import type { AuditEntry, ChangeRecord } from "../../domain/audit-log.ts";
import type { NumberKey, PhoneNumber } from "../../domain/phone-number.ts";
import { isProblem } from "../../domain/problem.ts";
import type { Scope } from "../../domain/scope.ts";
import { forEachInBatches } from "../../domain/event-loop.ts";
import type { VendorAccount } from "../../domain/vendor.ts";
import { openConnection, type Context } from "./context.ts";
import { titleOf } from "./number-query.ts";

/**
 * What vendors are asked to find out what numbers are called now: each number live, where it is a few of a connection; a
 * list that may be a minute old; or nothing, so that what was last seen counts.
 */
export type AskFor = "numbers" | "lists" | "nothing";

/** So many numbers of a connection are read one by one; more are taken from its list. */
const mostRead = 5;
/** How long a vendor may take before what was last known counts, and how old its list may be, in milliseconds. */
const waitMs = 2_500;
const freshMs = 60_000;

/** A number as it is called now; undefined for one that nobody can tell of. */
type CalledNow = (key: NumberKey) => Pick<PhoneNumber, "name" | "e164"> | undefined;

/** What numbers are called now. Throws no Problem: where a vendor does not answer, what was last known counts. */
export async function presentNames(
  ctx: Context,
  keys: readonly NumberKey[],
  ask: AskFor,
): Promise<CalledNow> {
  const wanted = new Map<string, Set<string>>();
  for (const { connectionId, numberId } of keys)
    wanted.set(connectionId, (wanted.get(connectionId) ?? new Set()).add(numberId));
  const found = new Map(
    await Promise.all(
      [...wanted].map(async ([id, numberIds]) => [id, await numbersOf(ctx, id, numberIds, ask)] as const),
    ),
  );
  return ({ connectionId, numberId }) => found.get(connectionId)?.get(numberId);
}

/** Changes with their numbers called as they are now. */
export async function recordsNamedNow(
  ctx: Context,
  records: readonly ChangeRecord[],
  ask: AskFor,
): Promise<ChangeRecord[]> {
  const requested = await entriesNamedNow(
    ctx,
    records.map((record) => record.requested),
    ask,
  );
  return records.map((record, at) => ({ ...record, requested: requested[at] ?? record.requested }));
}

/** One change with its number called as it is now. */
export async function recordNamedNow(ctx: Context, record: ChangeRecord, ask: AskFor): Promise<ChangeRecord> {
  const [named = record] = await recordsNamedNow(ctx, [record], ask);
  return named;
}

/** Entries of the log with their numbers called as they are now. */
export async function entriesNamedNow(
  ctx: Context,
  entries: readonly AuditEntry[],
  ask: AskFor,
): Promise<AuditEntry[]> {
  const called = await presentNames(
    ctx,
    entries.flatMap(({ number }) => number ?? []),
    ask,
  );
  return entries.map((entry) => {
    const now = entry.number && called(entry.number);
    if (!now || !entry.number) return entry;
    // A vendor that says nothing of a name does not say that there is none.
    const { name = entry.number.name, e164 } = now;
    return { ...entry, number: { ...entry.number, name, e164 } };
  });
}

/** Something that is kept about a number under a title, with that number called as it is now. */
export type TitledNow<Kept> = Kept & {
  /** The title that it was kept under, where it is another one now. */
  readonly titleBefore?: string;
};

/** What is kept under titles, with numbers called as they are now. */
export async function titledNow<Kept extends Scope & { readonly title: string }>(
  ctx: Context,
  kept: readonly Kept[],
  ask: AskFor,
): Promise<TitledNow<Kept>[]> {
  const keyOf = ({ connectionId, numberId }: Scope): NumberKey | undefined =>
    connectionId === undefined || numberId === undefined ? undefined : { connectionId, numberId };
  const called = await presentNames(
    ctx,
    kept.flatMap((one) => keyOf(one) ?? []),
    ask,
  );
  return kept.map((one) => {
    const key = keyOf(one);
    const now = key && called(key);
    if (!now || now.name === undefined) return one;
    const title = titleOf(now);
    return title === one.title ? one : { ...one, title, titleBefore: one.title };
  });
}

async function numbersOf(
  ctx: Context,
  connectionId: string,
  numberIds: ReadonlySet<string>,
  ask: AskFor,
): Promise<ReadonlyMap<string, PhoneNumber>> {
  const found = new Map<string, PhoneNumber>();
  const take = (number: PhoneNumber): void => {
    if (numberIds.has(number.id)) found.set(number.id, number);
  };
  const account = await orNone(async () => (await openConnection(ctx, connectionId)).account);
  if (!account) return found;
  const asks = account.outage?.() === undefined ? ask : "nothing";
  await forEachInBatches((await listOf(account, asks, numberIds.size)) ?? [], take);
  if (asks === "numbers" && numberIds.size <= mostRead) {
    const live = await Promise.all(
      [...numberIds].map(async (id) =>
        orNone(async () => account.getNumber(id, AbortSignal.timeout(waitMs))),
      ),
    );
    for (const number of live) if (number) take(number);
  }
  return found;
}

/** The list of numbers as it is at hand, or as the vendor gives it where that is asked for. */
async function listOf(
  account: VendorAccount,
  ask: AskFor,
  count: number,
): Promise<readonly PhoneNumber[] | undefined> {
  const isRead = ask === "lists" || (ask === "numbers" && count > mostRead);
  const fresh = isRead
    ? await orNone(async () => account.listNumbers(AbortSignal.timeout(waitMs), freshMs))
    : undefined;
  return fresh ?? (await account.lastKnown?.())?.numbers;
}

/** What was asked for, or undefined where the vendor, or its connection, does not give it. */
async function orNone<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
