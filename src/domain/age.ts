/** The two clocks of a process. */
export interface Clocks {
  /** What time it is, as far as the machine knows: for what is written down or shown. Somebody may set it. */
  now(): Date;
  /** Milliseconds since some fixed moment, time asleep included: for ages. Nobody can set it. */
  monotonicMs(): number;
  /** Whether what time it is can be relied on; always unless given. */
  readonly clock?: { isSkewed(): boolean };
}

/**
 * How old something is that was written down at that time, in milliseconds. Undefined when that time is still to come:
 * the clock was wrong then or is wrong now, so the age is unknown.
 */
export function storedAgeMs(at: Date, now: Date): number | undefined {
  const age = now.getTime() - at.getTime();
  return age >= 0 ? age : undefined;
}

/** Ages of stored things that do not jump when somebody sets the clock. */
export interface Ages {
  /** The age of a thing in milliseconds. A thing whose age nobody knows counts from when it was first met. */
  of(key: string | number, at: Date): number;
  /** How long ago a thing was first met, in milliseconds: that much of its age is certain. */
  watchedMs(key: string | number): number;
  /** Forgets every thing but those. */
  keep(keys: ReadonlySet<string | number>): void;
  forget(key: string | number): void;
}

/** Reads the stored time of each thing once, when it is first met, and counts on from there by the monotonic clock. */
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

/** How long a process waits before it removes what is old, in milliseconds: longer than a request can be replayed. */
const settleInMs = 10 * 60_000;

/**
 * The time before which something was written down for certain long enough ago to be removed. A clock that was set ahead
 * removes nothing: the time is reckoned from the start of the process, which removes nothing in its first ten minutes.
 */
export type Removable = (keptMs: number) => Date | undefined;

/** Reckons with that start from when it is made. */
export function removableSince({ now, monotonicMs }: Clocks): Removable {
  const startedAt = now().getTime();
  const startedMs = monotonicMs();
  return (keptMs) => {
    const elapsed = monotonicMs() - startedMs;
    if (elapsed < settleInMs) return undefined;
    return new Date(Math.min(now().getTime(), startedAt + elapsed) - keptMs);
  };
}
