import type { Timer } from "../domain/shared/timer.ts";

/** The longest that `setTimeout` can wait, in milliseconds; it fires at once for anything longer. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The system's clocks. */
export const machineTimer: Timer = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  wait: async (ms, signal) =>
    new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        reject(new DOMException("The waiting was aborted.", "AbortError"));
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
        Math.min(ms, longestTimeoutMs),
      );
      if (signal?.aborted) leave();
      else signal?.addEventListener("abort", leave, { once: true });
    }),
};
