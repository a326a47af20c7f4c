import type { NumberKey } from "../../domain/phone-number.ts";

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

/**
 * The key of the lock under which a number is changed, or read to compare it with the log. Such work on one number never
 * overlaps in this process.
 */
export function numberLock({ workspace }: InWorkspace, { connectionId, numberId }: NumberKey): string {
  return `${workspace.id}/${connectionId}/${numberId}`;
}

/** The key of the lock under which a workspace's freezes are set and lifted. */
export function freezesLock({ workspace }: InWorkspace): string {
  return `${workspace.id}/freezes`;
}

interface InWorkspace {
  readonly workspace: { readonly id: string };
}
