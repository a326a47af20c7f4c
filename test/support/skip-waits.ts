import type { SettlerOptions } from "../../src/operations/settler.ts";

/** A wait of a settler that is longer than this is not waited for, in milliseconds. */
const longMs = 1000;

/**
 * Timers for looks at unsettled changes: a long wait is skipped by moving the app's clock on, so that the hour after which
 * what a vendor shows is taken as the truth passes at once. At most so many are, because a change that stays unknown is looked at for a day.
 */
export function skipWaits(moveOn: (ms: number) => void, most = 25): NonNullable<SettlerOptions["after"]> {
  let left = most;
  return (ms, run) => {
    const isSkipped = ms >= longMs && left > 0;
    if (isSkipped) left -= 1;
    const timer = setTimeout(
      () => {
        if (isSkipped) moveOn(ms);
        run();
      },
      isSkipped ? 0 : Math.min(ms, 2 ** 31 - 1),
    );
    timer.unref();
    return () => clearTimeout(timer);
  };
}
