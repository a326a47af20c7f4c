import type { InventoryCache, ReadList } from "../../../src/domain/vendor/inventory-cache.ts";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import type { VendorAccount } from "../../../src/domain/vendor/vendor-account.ts";
import { cachedAccount } from "../../../src/vendors/cache/cached-account.ts";

/** An account whose list the test answers, behind a cache whose clock the test moves. */
export function cachedList(copies?: InventoryCache, read: Partial<PhoneNumber> = {}) {
  let patchFailure: Error | undefined;
  const waiting: { resolve: (numbers: readonly PhoneNumber[]) => void; reject: (error: Error) => void }[] =
    [];
  const failures: unknown[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  let time = 0;
  let wrongBy = 0;
  const account: VendorAccount = {
    listNumbers: async (signal, _maxAgeMs, made = (one) => one) => {
      signals.push(signal);
      const numbers = await new Promise<readonly PhoneNumber[]>((resolve, reject) => {
        waiting.push({ resolve, reject });
      });
      return numbers.map(made);
    },
    getNumber: async (id) => ({ ...number(id), name: "read", ...read }),
    listAgents: async () => [],
    getAgent: async (id) => ({ id, name: id }),
    check: async () => {},
    inTurn: async (step) => step(),
    buildPatch: () => ({ agent_id: null }),
    patch: async (id) => {
      if (patchFailure) throw patchFailure;
      return { status: 200, number: { ...number(id), name: "patched" } };
    },
  };
  const cached = cachedAccount(account, {
    now: () => time + wrongBy,
    monotonicMs: () => time,
    copies,
    onRefreshFailed: (error) => failures.push(error),
  });
  return {
    cached,
    failures,
    signals,
    asked: () => waiting.length,
    setClock: (ms: number) => {
      wrongBy = ms;
    },
    pass: (ms: number) => {
      time += ms;
    },
    answer: async (at: number, ...ids: string[]) => {
      await settled();
      waiting[at]?.resolve(ids.map(number));
      await settled();
    },
    fail: async (at: number, error: Error) => {
      await settled();
      waiting[at]?.reject(error);
      await settled();
    },
    list: async (signal?: AbortSignal, maxAgeMs?: number) =>
      (await cached.listNumbers(signal, maxAgeMs)).map(({ id }) => id),
    shown: async (wanted: string) => (await cached.listNumbers()).find(({ id }) => id === wanted)?.name,
    patchFails: (error: Error) => {
      patchFailure = error;
    },
  };
}

export const number = (id: string): PhoneNumber => ({ id, e164: "+1", name: null, agent: null, fields: {} });

export function copiesOf(was: ReadList<PhoneNumber>, kept: string[][]): InventoryCache {
  return {
    numbers: {
      read: async () => ({ ...was, version: 1 + kept.length }),
      version: async () => 1 + kept.length,
      keep: async ({ items }) => 1 + kept.push(items.map(({ id }) => id)),
      revise: async ({ id }) => 1 + kept.push([`revised ${id}`]),
    },
    agents: {
      read: async () => undefined,
      version: async () => 0,
      keep: async () => undefined,
      revise: async () => undefined,
    },
  };
}

export const settled = async (): Promise<void> => {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
};
