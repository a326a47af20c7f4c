/** The wall clock and the monotonic clock of a process. */
export interface Clocks {
  /** The wall-clock time, for times that are stored or shown. It jumps when somebody sets the clock. */
  now(): Date;
  /** Milliseconds since a fixed moment, including time asleep. Used for ages, because nobody can set it. */
  monotonicMs(): number;
  /** Tells whether the wall clock is known to be wrong. Without it, the clock is trusted. */
  readonly clock?: { isSkewed(): boolean };
}

/**
 * The age in milliseconds of something stored at `at`. Undefined if `at` is in the future: the clock was wrong then or
 * is wrong now, so the age is unknown.
 */
export function storedAgeMs(at: Date, now: Date): number | undefined {
  const age = now.getTime() - at.getTime();
  return age >= 0 ? age : undefined;
}

/** Ages of stored things. They do not jump when somebody sets the clock. */
export interface Ages {
  /** The age in milliseconds. If the age is unknown, it counts from the first time this process saw the key. */
  of(key: string | number, at: Date): number;
  /** Milliseconds since this process first saw the key. The true age is at least this long. */
  watchedMs(key: string | number): number;
  /** Forgets all other keys. */
  keep(keys: ReadonlySet<string | number>): void;
  forget(key: string | number): void;
}

/**
 * Compares each stored time with the wall clock once, when the key is first seen, and uses the monotonic clock from
 * then on.
 */
export function agesOf({ now, monotonicMs, clock }: Clocks): Ages {
  const met = new Map<string | number, { readonly origin: number; readonly at: number }>();
  return {
    of: (key, at) => {
      const elapsed = monotonicMs();
      const known = met.get(key);
      if (known) return elapsed - known.origin;
      const age = (clock?.isSkewed() ? undefined : storedAgeMs(at, now())) ?? 0;
      met.set(key, { origin: elapsed - age, at: elapsed });
      return age;
    },
    watchedMs: (key) => {
      const elapsed = monotonicMs();
      return elapsed - (met.get(key)?.at ?? elapsed);
    },
    keep: (keys) => {
      for (const key of met.keys()) if (!keys.has(key)) met.delete(key);
    },
    forget: (key) => void met.delete(key),
  };
}

/** A process removes nothing in its first ten minutes, which is longer than a request can be replayed. */
const settleInMs = 10 * 60_000;

/**
 * Returns the time before which stored things are old enough to be removed, given how long they are kept in
 * milliseconds; undefined in the first ten minutes of the process. Because the result is limited by the monotonic time
 * since the start, setting the clock ahead removes nothing.
 */
export type Removable = (keptMs: number) => Date | undefined;

/** The process is taken to start when this is called. */
export function removableSince({ now, monotonicMs }: Clocks): Removable {
  const startedAt = now().getTime();
  const startedMs = monotonicMs();
  return (keptMs) => {
    const elapsed = monotonicMs() - startedMs;
    if (elapsed < settleInMs) return undefined;
    return new Date(Math.min(now().getTime(), startedAt + elapsed) - keptMs);
  };
}
