import { setTimeout as pause } from "node:timers/promises";
import type { Locks } from "../../src/domain/ports/locks.ts";
import { leaseLocks } from "../../src/postgres/locks/lease-locks.ts";
import { testConnections } from "./support.ts";

/** Locks with a clock that stands still and that never renew: as in a process that is paused whenever the test says. */
export interface PausedLocks {
  readonly locks: Locks;
  /** Time in which the process does nothing, also not renew. */
  pass(ms: number): void;
}

export const testLeaseMs = 30_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The locks of one process on a database, which renew themselves. */
export function testLocks(url: string, holder: string, leaseMs = testLeaseMs): Locks {
  return leaseLocks(testConnections(url), {
    holder,
    leaseMs,
    timer: {
      monotonicMs: () => performance.now(),
      wait: async (ms, signal) => pause(ms, undefined, { signal }),
    },
    log: silent,
  });
}

export function pausedLocks(url: string, holder: string): PausedLocks {
  let nowMs = 0;
  const locks = leaseLocks(testConnections(url), {
    holder,
    leaseMs: testLeaseMs,
    timer: {
      monotonicMs: () => nowMs,
      wait: async (ms, signal) => pause(signal ? 2 ** 30 : ms, undefined, { signal, ref: !signal }),
    },
    log: silent,
  });
  return { locks, pass: (ms) => void (nowMs += ms) };
}

/** Makes the time of every lock be over, as if so much time had passed in the database. */
export async function expireLocks(owner: string): Promise<void> {
  await testConnections(owner).pool.query("UPDATE locks SET until = clock_timestamp() - interval '1 second'");
}
