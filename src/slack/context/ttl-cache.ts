import { LRUCache } from "lru-cache";

const freshMs = 60_000;
const mostRemembered = 5000;

/** What was learned of Slack less than 60 s ago, by key. */
export interface TtlCache<T> {
  get(key: string): T | undefined;
  /** What is known, else what is learned now. Throws what `ask` throws, and remembers nothing then. */
  getOrLoad(key: string, ask: () => Promise<T>): Promise<T>;
  forget(which: (key: string) => boolean): void;
}

/** An empty cache. Ages follow `monotonicMs`, which the library's own limit of time cannot. */
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
