import type { OutcomeReconcilerOptions } from "../../src/operations/change/outcome-reconciler.ts";

/** A wait of a settler that is longer than this is not waited for, in milliseconds. */
const longMs = 1000;
/** How much time is skipped in all, in milliseconds: a change that stays unknown is looked at for a day. */
const mostInAllMs = 2 * 60 * 60_000;

/**
 * Timers for looks at unsettled changes: a long wait is skipped by moving the app's clock on, so that the hour after which
 * what a vendor shows is taken as the truth passes at once. Waits that overlap move the clock once, as time would pass.
 */
export function skipWaits(
  moveOn: (ms: number) => void,
  mostMs = mostInAllMs,
): NonNullable<OutcomeReconcilerOptions["after"]> {
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
