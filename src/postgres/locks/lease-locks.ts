import type { Log } from "../../domain/ports/log.ts";
import { processLocks, type Locks } from "../../domain/ports/locks.ts";
import type { Lease } from "../../domain/shared/lease.ts";
import type { Timer } from "../../domain/shared/timer.ts";
import type { Connections } from "../connection/on-connection.ts";
import { lockRows, type LockRows } from "./lock-rows.ts";

/** Who takes locks, and for how long at a time. */
export interface LeaseOptions {
  /** The id of this process. */
  readonly holder: string;
  /** A holder that dies keeps its locks for that long, in milliseconds. Living ones renew them at a third of it. */
  readonly leaseMs: number;
  /** The real clock, which counts time asleep. */
  readonly timer: Pick<Timer, "monotonicMs" | "wait">;
  readonly log: Log;
}

/** How long to wait between attempts to take a lock, in milliseconds: at first, and at most. */
const firstPauseMs = 20;
const longestPauseMs = 50;

/** Locks over all processes on one PostgreSQL database, by rows that are valid for a limited time (ADR 42). */
export function leaseLocks(connections: Connections, options: LeaseOptions): Locks {
  const rows = lockRows(connections, options);
  // Of each process, one at a time waits for a row.
  const turns = processLocks();
  return {
    withLock: async (key, work) =>
      new Promise((resolve, reject) => {
        const turn = turns.withLock(key, async () => {
          const held = await hold(rows, key, options);
          try {
            resolve(await work(held.lease));
          } catch (error) {
            reject(error);
          } finally {
            // Only the next holder waits for that.
            await held.release();
          }
        });
        turn.catch(reject);
      }),
  };
}

interface HeldLock {
  readonly lease: Lease;
  /** Never throws: a lock that cannot be released ends by itself. */
  release(): Promise<void>;
}

/** Waits for a lock, and then renews it until it is released. */
async function hold(rows: LockRows, key: string, options: LeaseOptions): Promise<HeldLock> {
  const { leaseMs, timer, log } = options;
  const taken = await take(rows, key, timer);
  const { fence } = taken;
  // From before the database was asked: its own time ends later.
  let endsAtMs = taken.askedAtMs + leaseMs;
  const released = new AbortController();
  /** Returns whether it was renewed, or undefined if there is nothing left to renew. */
  const renew = async (): Promise<boolean | undefined> => {
    const askedAtMs = timer.monotonicMs();
    try {
      if (await rows.renew(key, fence)) {
        endsAtMs = askedAtMs + leaseMs;
        return true;
      }
      if (released.signal.aborted) return undefined;
      endsAtMs = Number.NEGATIVE_INFINITY;
      log.error({ lock: key }, "lock lost to another process");
      return undefined;
    } catch (err) {
      log.warn({ lock: key, err }, "lock not renewed");
      return false;
    }
  };
  const keep = async (): Promise<void> => {
    for (let isRenewed: boolean | undefined = true; isRenewed !== undefined; isRenewed = await renew()) {
      if (!(await waited(timer, leaseMs / (isRenewed ? 3 : 15), released.signal))) return;
    }
  };
  void keep();
  return {
    lease: { key, holder: options.holder, fence, leftMs: () => endsAtMs - timer.monotonicMs() },
    release: async () => {
      released.abort();
      try {
        await rows.release(key, fence);
      } catch (err) {
        log.warn({ lock: key, err }, "lock not released");
      }
    },
  };
}

async function take(
  rows: LockRows,
  key: string,
  timer: LeaseOptions["timer"],
): Promise<{ readonly fence: number; readonly askedAtMs: number }> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const askedAtMs = timer.monotonicMs();
    const fence = await rows.take(key);
    if (fence !== undefined) return { fence, askedAtMs };
    await timer.wait(pauseMs);
  }
}

/** Waits, and returns whether the time has passed before the signal. */
async function waited(timer: Pick<Timer, "wait">, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await timer.wait(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
