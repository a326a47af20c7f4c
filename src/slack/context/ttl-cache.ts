import { LRUCache } from "lru-cache";

const freshMs = 60_000;
const mostRemembered = 5000;

/** Data from Slack, cached for 60 s by key. */
export interface TtlCache<T> {
  get(key: string): T | undefined;
  /** The cached value, or the result of `ask`. Throws what `ask` throws, and caches nothing then. */
  getOrLoad(key: string, ask: () => Promise<T>): Promise<T>;
  forget(which: (key: string) => boolean): void;
}

/** Uses `monotonicMs` for ages, which the library's own time limit cannot. */
export function ttlCache<T>(monotonicMs: () => number): TtlCache<T> {
  const entries = new LRUCache<string, { readonly known: T; readonly at: number }>({ max: mostRemembered });
  const get = (key: string): T | undefined => {
    const found = entries.get(key);
    return found && monotonicMs() - found.at < freshMs ? found.known : undefined;
  };
  return {
    get,
    async getOrLoad(key, ask) {
      const found = get(key);
      if (found !== undefined) return found;
      const at = monotonicMs();
      const known = await ask();
      entries.set(key, { known, at });
      return known;
    },
    forget(which) {
      for (const key of [...entries.keys()].filter(which)) entries.delete(key);
    },
  };
}
