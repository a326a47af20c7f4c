import { processLocks, type Locks } from "../../src/domain/ports/locks.ts";

/** Locks that note which keys were taken. */
export function notedLocks(): { readonly locks: Locks; readonly taken: readonly string[] } {
  const { withLock } = processLocks();
  const taken: string[] = [];
  return {
    taken,
    locks: {
      withLock: async (key, work) => {
        taken.push(key);
        return withLock(key, work);
      },
    },
  };
}
