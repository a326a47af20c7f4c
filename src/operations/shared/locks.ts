/** Runs work with the same key one after the other. Different keys do not wait for each other. */
export type WithLock = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Creates keyed locks. Failed work does not stop the work behind it. */
export function keyedLocks(): WithLock {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(work, work);
    tails.set(key, run);
    try {
      return await run;
    } finally {
      if (tails.get(key) === run) tails.delete(key);
    }
  };
}
