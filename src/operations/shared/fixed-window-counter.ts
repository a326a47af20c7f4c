/** Counts per key and time window. */
export interface WindowCounter {
  /** Counts one event. Returns the milliseconds until the next one is allowed if this one exceeds the limit. */
  add(key: string): number | undefined;
}

/** Allows at most `most` events per window. A window starts with its first event and is forgotten when it is over. */
export function windowCounter(
  most: number,
  windowMs: number,
  now: () => number = () => performance.now(),
): WindowCounter {
  const windows = new Map<string, { count: number; readonly endsAt: number }>();
  return {
    add(key) {
      const at = now();
      // All windows are equally long, so they end in the order in which they started.
      for (const [other, { endsAt }] of windows) {
        if (endsAt > at) break;
        windows.delete(other);
      }
      const window = windows.get(key) ?? { count: 0, endsAt: at + windowMs };
      windows.set(key, window);
      window.count += 1;
      return window.count > most ? Math.ceil(window.endsAt - at) : undefined;
    },
  };
}
