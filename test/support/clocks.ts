import { setImmediate as turn } from "node:timers/promises";
import type { Timer } from "../../src/domain/shared/timer.ts";
import { machineTimer } from "../../src/vendors/machine-timer.ts";
import type { RunnerTimer } from "../../src/operations/shared/work/work-runner.ts";
import type { HarnessOptions } from "../../src/demo/harness-options.ts";

/** A clock that goes faster than the machine's, for the app and the vendors alike, and can be moved on by hand. */
export function fastClock(times: number) {
  const began = performance.now();
  const startedAt = Date.now();
  let ahead = 0;
  const monotonicMs = (): number => (performance.now() - began) * times + ahead;
  const now = (): Date => new Date(startedAt + monotonicMs());
  return {
    options: {
      now,
      outsideNow: now,
      monotonicMs,
      wait: async (ms, signal) => machineTimer.wait(ms / times, signal),
    } satisfies HarnessOptions,
    pass: (ms: number): void => {
      ahead += ms;
    },
  };
}

/** A clock of its own for one vendor account: every wait is over at once, and its time has passed. */
export function skippingTimer(): Timer {
  let skippedMs = 0;
  const monotonicMs = (): number => performance.now() + skippedMs;
  return {
    now: () => new Date(Date.now() + skippedMs),
    monotonicMs,
    wait: async (ms, signal) => {
      const end = monotonicMs() + ms;
      await turn(undefined, signal ? { signal } : {});
      skippedMs += Math.max(0, end - monotonicMs());
    },
  };
}

/** A wait of a settler that is longer than this is not waited for, in milliseconds. */
const longMs = 1000;
/** How much time is skipped in all, in milliseconds: a change that stays unknown is looked at for a day. */
const mostInAllMs = 2 * 60 * 60_000;

/**
 * Timers for looks at unsettled changes: a long wait is skipped by moving the app's clock on, so that the hour after which
 * what a vendor shows is taken as the truth passes at once. Waits that overlap move the clock once, as time would pass.
 */
export function skipWaits(moveOn: (ms: number) => void, mostMs = mostInAllMs): RunnerTimer["after"] {
  let skippedMs = 0;
  return (ms, run) => {
    const isSkipped = ms >= longMs && skippedMs < mostMs;
    const dueMs = skippedMs + ms;
    const timer = setTimeout(
      () => {
        const leftMs = dueMs - skippedMs;
        if (isSkipped && leftMs > 0) {
          skippedMs = dueMs;
          moveOn(leftMs);
        }
        run();
      },
      isSkipped ? 0 : Math.min(ms, 2 ** 31 - 1),
    );
    timer.unref();
    return () => clearTimeout(timer);
  };
}
