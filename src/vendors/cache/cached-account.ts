import type { InventoryCache } from "../../domain/inventory-cache.ts";
import type { PhoneNumber } from "../../domain/phone-number.ts";
import type { VendorAccount } from "../../domain/vendor.ts";
import { swrCache, type SwrCacheOptions } from "./swr-cache.ts";
import { interning } from "./intern.ts";

/** How lists are kept. */
export interface CacheOptions extends Pick<
  SwrCacheOptions<unknown>,
  "freshMs" | "staleMs" | "now" | "monotonicMs" | "onRefreshFailed"
> {
  /** Where the lists outlive the process; nowhere unless given. */
  readonly copies?: InventoryCache | undefined;
}

/**
 * An account with copies of its two lists, for pickers and lists: a fresh one is served as it is, an older one at once
 * while it is read anew in the background. What is seen of a single number, in the answer to a patch or read live, goes
 * into the copy, and a patch leaves the rest of it in doubt: it is read anew when it is asked for next. Everything but the lists goes to the vendor, live.
 */
export function cachedAccount(account: VendorAccount, options: CacheOptions): VendorAccount {
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
  // A number that was read while a patch was under way may show what was before.
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
    unreadableAgents: async () => (await agents.last())?.unreadable ?? 0,
    getNumber: async (id, signal) => {
      const before = patches;
      const number = await account.getNumber(id, signal);
      if (patches === before && saysAll(number)) numbers.revise(number);
      return number;
    },
    ...(account.searchNumbers ? { searchNumbers: account.searchNumbers } : {}),
    outage: () => account.outage?.(),
    getAgent: async (id, signal) => account.getAgent(id, signal),
    check: async (signal) => account.check(signal),
    buildPatch: (number, change) => account.buildPatch(number, change),
    inTurn: async (step, turn) => account.inTurn(step, turn),
    patch: async (id, body) => {
      patches += 1;
      try {
        const answer = await account.patch(id, body);
        if (saysAll(answer.number)) numbers.revise(answer.number);
        return answer;
      } finally {
        numbers.doubt();
        patches += 1;
      }
    },
  };
}

const saysAll = ({ name, agent }: PhoneNumber): boolean => name !== undefined && agent !== undefined;
