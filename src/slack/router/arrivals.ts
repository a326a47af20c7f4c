/** When requests arrived, as far as this process can know. */
export interface Arrivals {
  /**
   * The earliest time at which a request that is read now may have arrived, by `performance.now()`. While the event
   * loop is blocked or the process is stopped, requests wait in the socket and nothing can record their time. So this
   * is the last time at which the loop was free.
   */
  since(): number;
  stop(): void;
}

/** The interval at which the loop is checked, in milliseconds. Shorter waits go unnoticed. */
const beatMs = 50;

/** Starts watching the event loop. */
export function arrivals(): Arrivals {
  let beat = performance.now();
  let heldSince: number | undefined;
  const isLate = (now: number): boolean => now - beat > 2 * beatMs;
  const beating = setInterval(() => {
    const now = performance.now();
    if (isLate(now)) {
      heldSince = beat;
      // Waiting requests are read after the timers of this turn, and before this.
      setImmediate(() => (heldSince = undefined));
    }
    beat = now;
  }, beatMs);
  beating.unref();
  return {
    since: () => {
      const now = performance.now();
      return heldSince ?? (isLate(now) ? beat : now);
    },
    stop: () => clearInterval(beating),
  };
}
