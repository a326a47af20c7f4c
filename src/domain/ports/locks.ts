import type { Lease } from "../shared/lease.ts";

/** Locks over all servers that share a database. */
export interface Locks {
  /**
   * Runs work with the same key one after the other; different keys do not wait for each other. Failed work does not
   * stop the work behind it. Throws not_recorded, before the work starts, if the database cannot be written.
   */
  withLock<Result>(key: string, work: (lease: Lease) => Promise<Result>): Promise<Result>;
}

/** Locks within this process, in the order of the calls. */
export function processLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  let holders = 0;
  return {
    withLock: async (key, work) => {
      const before = tails.get(key) ?? Promise.resolve();
      const hold = async () =>
        work({
          key,
          holder: "this process",
          fence: (holders += 1),
          leftMs: () => Number.POSITIVE_INFINITY,
        });
      const run = before.then(hold, hold);
      tails.set(key, run);
      try {
        return await run;
      } finally {
        if (tails.get(key) === run) tails.delete(key);
      }
    },
  };
}
