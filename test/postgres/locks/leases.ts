import { setTimeout as pause } from "node:timers/promises";
import type { Locks } from "../../../src/domain/ports/locks.ts";
import type { Connections } from "../../../src/postgres/connection/on-connection.ts";
import { leaseLocks } from "../../../src/postgres/locks/lease-locks.ts";
import { testConnections } from "../support.ts";

/** Locks that never renew, with a clock that the test moves: as in a process that the test pauses. */
export interface PausedLocks {
  readonly locks: Locks;
  /** Lets time pass in which the process does nothing and renews no lock. */
  pass(ms: number): void;
}

export const testLeaseMs = 30_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The locks of one process on a database, which renew themselves. */
export function testLocks(url: string, holder: string, leaseMs = testLeaseMs): Locks {
  return locksOn(testConnections(url), holder, leaseMs);
}

/** The same on given connections. */
export function locksOn(connections: Connections, holder: string, leaseMs = testLeaseMs): Locks {
  return leaseLocks(connections, {
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

/** Expires every lock, as if enough time had passed in the database. */
export async function expireLocks(owner: string): Promise<void> {
  await testConnections(owner).pool.query("UPDATE locks SET until = clock_timestamp() - interval '1 second'");
}
