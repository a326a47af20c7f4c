/** Counts within windows of time, by key. */
export interface WindowCounter {
  /** Counts one more; gives how long it is until there may be another, in milliseconds, when that was one too many. */
  add(key: string): number | undefined;
}

/** A counter of at most so many in a window, which begins with the first. What is over is forgotten. */
export function windowCounter(
  most: number,
  windowMs: number,
  now: () => number = () => performance.now(),
): WindowCounter {
  const windows = new Map<string, { count: number; readonly endsAt: number }>();
  return {
    add(key) {
      const at = now();
      // In the order in which they began, and all of them are as long.
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
