import type { HarnessOptions } from "../../src/demo/harness.ts";
import { machineTimer } from "../../src/vendors/machine-timer.ts";

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
