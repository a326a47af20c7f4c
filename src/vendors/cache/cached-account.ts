import type { InventoryCache } from "../../domain/vendor/inventory-cache.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { FieldChoice, VendorAccount } from "../../domain/vendor/vendor-account.ts";
import { swrCache, type SwrCache, type SwrCacheOptions } from "./swr-cache.ts";
import { interning } from "./intern.ts";

export interface CacheOptions extends Pick<
  SwrCacheOptions<unknown>,
  "freshMs" | "staleMs" | "now" | "monotonicMs" | "onRefreshFailed"
> {
  /** Stores the lists across restarts; without it, they are only in memory. */
  readonly copies?: InventoryCache | undefined;
}

/** An account with cached lists. */
export interface CachedAccount extends VendorAccount {
  /** Another replica may have stored newer lists. */
  listsChanged(): void;
  /** Resolves when the stored lists are as this process knows them, or could not be stored. */
  saved(): Promise<void>;
}

/**
 * An account with cached copies of its lists, for pickers and lists. A fresh copy is returned as it is. An older
 * one is returned at once and refreshed in the background. A number from a patch's response or a single read updates
 * the copy. After a patch, other records may have changed too, so the next request reads the list again. Everything
 * else goes to the vendor.
 */
export function cachedAccount(account: VendorAccount, options: CacheOptions): CachedAccount {
  const { copies } = options;
  const numbers = swrCache({
    ...options,
    copy: copies?.numbers,
    what: "numbers",
    readAll: async (made, onUnreadable) => account.listNumbers(undefined, undefined, made, onUnreadable),
    slim: interning(),
  });
  const agents = swrCache({
    ...options,
    copy: copies?.agents,
    what: "agents",
    readAll: async (made, onUnreadable) =>
      (await account.listAgents(undefined, undefined, onUnreadable)).map(made),
    slim: (agent) => agent,
  });
  const choices = cachedChoices(account, options);
  // A number that was read during a patch may show the state before it.
  let patches = 0;
  return {
    listNumbers: async (signal, maxAgeMs) => numbers.get(signal, maxAgeMs),
    listAgents: async (signal, maxAgeMs) => agents.get(signal, maxAgeMs),
    lastKnown: async () => {
      const [last, known] = await Promise.all([numbers.last(), agents.last()]);
      if (!last) return undefined;
      const { items, at, ageMs, unreadable = 0 } = last;
      const missing = { numbers: unreadable, agents: known?.unreadable ?? 0 };
      return { numbers: items, agents: known?.items ?? [], at, ageMs, unreadable: missing };
    },
    listsChanged: () => {
      numbers.outdate();
      agents.outdate();
    },
    saved: async () => {
      await Promise.all([numbers.saved(), agents.saved()]);
    },
    unreadableAgents: async () => (await agents.last())?.unreadable ?? 0,
    getNumber: async (id, signal) => {
      const before = patches;
      const number = await account.getNumber(id, signal);
      if (patches === before && saysAll(number)) numbers.revise(number);
      return number;
    },
    ...(account.searchNumbers ? { searchNumbers: account.searchNumbers } : {}),
    ...(account.newestChange ? { newestChange: account.newestChange } : {}),
    ...(account.listCalls ? { listCalls: account.listCalls } : {}),
    ...choices,
    outage: () => account.outage?.(),
    getAgent: async (id, signal) => account.getAgent(id, signal),
    check: async (signal) => account.check(signal),
    buildPatch: (number, change) => account.buildPatch(number, change),
    inTurn: async (step, turn) => account.inTurn(step, turn),
    bulkTimeMs: (steps) => account.bulkTimeMs?.(steps) ?? 0,
    patch: async (id, body, leftMs) => {
      patches += 1;
      try {
        const answer = await account.patch(id, body, leftMs);
        if (answer.number && saysAll(answer.number)) numbers.revise(answer.number);
        return answer;
      } finally {
        numbers.doubt();
        patches += 1;
      }
    },
  };
}

/** The choices of each field, in memory only. */
function cachedChoices(
  { listChoices }: VendorAccount,
  options: CacheOptions,
): Pick<VendorAccount, "listChoices"> {
  if (!listChoices) return {};
  const byField = new Map<string, SwrCache<FieldChoice>>();
  return {
    listChoices: async (fieldId, signal) => {
      const cache =
        byField.get(fieldId) ??
        swrCache<FieldChoice>({
          ...options,
          what: "choices",
          readAll: async () => listChoices(fieldId),
          slim: (choice) => choice,
        });
      byField.set(fieldId, cache);
      return cache.get(signal);
    },
  };
}

const saysAll = ({ name, agent, answeredBy }: PhoneNumber): boolean =>
  name !== undefined && (agent !== undefined || answeredBy !== undefined);
