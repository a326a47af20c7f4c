import type { Agent, PhoneNumber } from "../domain/phone-number.ts";
import type { VendorAccount } from "../domain/vendor.ts";
import { givenUp } from "./answer.ts";
import { inBackground } from "./asking.ts";

/** How lists are kept. Times are in milliseconds. */
export interface CacheOptions {
  /** How long a list is served without asking the vendor again. A minute unless given. */
  readonly freshMs?: number;
  /** How long an older list is still served while it is read anew. Ten minutes unless given. */
  readonly staleMs?: number;
  readonly now?: () => number;
  /** Told of a failed reading that nobody waits for: a Problem, or a bug. It must not throw. */
  readonly onRefreshFailed: (error: unknown) => void;
}

/**
 * An account whose two lists are kept in memory for pickers: a fresh one is served as it is, an older one at once while
 * it is read anew in the background, and each list is read by one reading at a time, whoever asks and whoever leaves. A
 * patch forgets the numbers; it cannot change an agent. Everything else goes to the vendor, live.
 */
export function cachedAccount(account: VendorAccount, options: CacheOptions): VendorAccount {
  const numbers = keptList<PhoneNumber>(async () => account.listNumbers(), options);
  const agents = keptList<Agent>(async () => account.listAgents(), options);
  return {
    listNumbers: async (signal, maxAgeMs) => numbers.get(signal, maxAgeMs),
    listAgents: async (signal) => agents.get(signal),
    lastKnown: () => {
      const last = numbers.last();
      return last && { numbers: last.items, agents: agents.last()?.items ?? [], at: new Date(last.at) };
    },
    trouble: () => account.trouble?.(),
    getNumber: async (id, signal) => account.getNumber(id, signal),
    getAgent: async (id, signal) => account.getAgent(id, signal),
    check: async (signal) => account.check(signal),
    plan: (number, change) => account.plan(number, change),
    patch: async (id, body) => {
      // Before as well as after: what is read while the patch is under way may show the number as it was.
      numbers.forget();
      try {
        return await account.patch(id, body);
      } finally {
        numbers.forget();
      }
    },
  };
}

interface KeptList<T> {
  get(signal?: AbortSignal, maxAgeMs?: number): Promise<readonly T[]>;
  /** The last list that was read, also after it was forgotten: it may be from before a change. */
  last(): { readonly items: readonly T[]; readonly at: number } | undefined;
  forget(): void;
}

function keptList<T>(readAll: () => Promise<readonly T[]>, options: CacheOptions): KeptList<T> {
  const { freshMs = 60_000, staleMs = 600_000, now = Date.now, onRefreshFailed } = options;
  let last: { readonly items: readonly T[]; readonly at: number } | undefined;
  let kept: { readonly items: readonly T[]; readonly at: number } | undefined;
  let running: Promise<readonly T[]> | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;

  const refresh = (): Promise<readonly T[]> => {
    if (running) return running;
    const at = now();
    startedAt = at;
    const reading = readAll();
    running = reading;
    // One that is forgotten meanwhile may be from before the change: it goes to those who wait and is not kept.
    const settle = (items?: readonly T[]): void => {
      if (running !== reading) return;
      running = undefined;
      if (items) last = kept = { items, at };
    };
    reading.then(settle, () => settle());
    return reading;
  };

  return {
    get: async (signal, maxAgeMs = staleMs) => {
      const age = kept ? now() - kept.at : Number.POSITIVE_INFINITY;
      if (kept && age < freshMs) return kept.items;
      if (kept && age < Math.min(staleMs, maxAgeMs)) {
        // A vendor that fails is asked again once in a while, not at every keystroke in a picker.
        if (!running && now() - startedAt >= freshMs) inBackground(refresh).catch(onRefreshFailed);
        return kept.items;
      }
      return signal ? unlessAborted(refresh(), signal, onRefreshFailed) : refresh();
    },
    last: () => last,
    forget: () => {
      kept = undefined;
      running = undefined;
    },
  };
}

/** The reading, or vendor_unavailable as soon as the caller leaves; the reading itself goes on. */
async function unlessAborted<T>(
  reading: Promise<T>,
  signal: AbortSignal,
  onLeft: (error: unknown) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(givenUp("The vendor", signal.reason));
      reading.catch(onLeft);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    reading.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
