import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Scope } from "../../domain/numbers/scope.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import type { VendorAccount } from "../../domain/vendor/vendor-account.ts";
import { openConnection, type Context } from "./context.ts";
import { titleOf } from "./format-number.ts";

/**
 * What to request from vendors for the current names of numbers. `numbers`: each number live, if there are only a few
 * of a connection. `lists`: lists that may be a minute old. `nothing`: last known names.
 */
export type AskFor = "numbers" | "lists" | "nothing";

/** The most numbers of a connection to read one by one. For more, its list is read. */
const mostRead = 5;
/** How old a vendor's list may be, in milliseconds. */
const freshMs = 60_000;

/** Returns the current name of a number; undefined if unknown. */
type CalledNow = (key: NumberKey) => Pick<PhoneNumber, "name" | "e164"> | undefined;

/** The current names of numbers. Throws no Problem: if a vendor does not respond, the last known names are used. */
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

/** Changes with the current names of their numbers. */
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

export async function recordNamedNow(ctx: Context, record: ChangeRecord, ask: AskFor): Promise<ChangeRecord> {
  const [named = record] = await recordsNamedNow(ctx, [record], ask);
  return named;
}

/** Audit entries with the current names of their numbers. */
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
    // A vendor that does not report a name may still have one.
    const { name = entry.number.name, e164 } = now;
    return { ...entry, number: { ...entry.number, name, e164 } };
  });
}

/** Something stored under a number's title, with the number's current name. */
export type TitledNow<Kept> = Kept & {
  /** The stored title, if it differs from the current one. */
  readonly titleBefore?: string;
};

/** Stored things with titles that have the current names of their numbers. */
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
  const titled: TitledNow<Kept>[] = [];
  await forEachInBatches(
    kept,
    (one) => {
      const key = keyOf(one);
      const now = key && called(key);
      titled.push(now === undefined || now.name === undefined ? one : retitled(one, titleOf(now)));
    },
    smallBatchSize,
  );
  return titled;
}

function retitled<Kept extends { readonly title: string }>(kept: Kept, title: string): TitledNow<Kept> {
  return title === kept.title ? kept : { ...kept, title, titleBefore: kept.title };
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
  await forEachInBatches((await listOf(account, asks, numberIds.size, ctx.patientMs)) ?? [], take);
  if (asks === "numbers" && numberIds.size <= mostRead) {
    const live = await Promise.all(
      [...numberIds].map(async (id) =>
        orNone(async () => account.getNumber(id, AbortSignal.timeout(ctx.patientMs))),
      ),
    );
    for (const number of live) if (number) take(number);
  }
  return found;
}

/** The cached list of numbers, or the vendor's if requested. */
async function listOf(
  account: VendorAccount,
  ask: AskFor,
  count: number,
  waitMs: number,
): Promise<readonly PhoneNumber[] | undefined> {
  const isRead = ask === "lists" || (ask === "numbers" && count > mostRead);
  const fresh = isRead
    ? await orNone(async () => account.listNumbers(AbortSignal.timeout(waitMs), freshMs))
    : undefined;
  return fresh ?? (await account.lastKnown?.())?.numbers;
}

/** The result, or undefined if the vendor or its connection fails. */
async function orNone<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
