/** When requests came in, as far as this process can know. */
export interface Arrivals {
  /**
   * Since when a request that is read now may have waited, by `performance.now()`. While the event loop is held, or the
   * process stopped, requests wait in the socket and nothing runs that could take the time: so it is the last moment at
   * which the loop was seen to be free.
   */
  since(): number;
  stop(): void;
}

/** How often the loop is seen, in milliseconds. A shorter wait is not noticed. */
const beatMs = 50;

/** Begins to watch the event loop. */
export function arrivals(): Arrivals {
  let beat = performance.now();
  let heldSince: number | undefined;
  const isLate = (now: number): boolean => now - beat > 2 * beatMs;
  const beating = setInterval(() => {
    const now = performance.now();
    if (isLate(now)) {
      heldSince = beat;
      // What waited is read after the timers of this turn, and before this.
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
