import type { RateState } from "./fake.ts";
import type { RateLimit } from "./types.ts";

/** Counts requests for each API key. `enter` says whether one may pass; `leave` is called after it. */
export interface RateLimiter {
  enter(key: string): RateState;
  leave(key: string): void;
}

/** A token bucket for each key, with a limit on concurrent requests. */
export function rateLimiter(limit: RateLimit, clock: () => number): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number; open: number }>();
  const bucketOf = (key: string) => {
    const bucket = buckets.get(key) ?? { tokens: limit.burst, at: clock(), open: 0 };
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    enter: (key) => {
      const bucket = bucketOf(key);
      const now = clock();
      bucket.tokens = Math.min(limit.burst, bucket.tokens + ((now - bucket.at) / 1000) * limit.perSecond);
      bucket.at = now;
      bucket.open += 1;
      const allowed = bucket.tokens >= 1 && bucket.open <= (limit.atOnce ?? Number.POSITIVE_INFINITY);
      if (allowed) bucket.tokens -= 1;
      const missing = Math.max(1 - bucket.tokens, 0);
      // A bucket that never refills still has to announce a number of seconds.
      const resetSeconds = limit.perSecond > 0 ? Math.max(1, Math.ceil(missing / limit.perSecond)) : 60;
      return { limit: limit.burst, remaining: Math.floor(bucket.tokens), resetSeconds, allowed };
    },
    leave: (key) => {
      bucketOf(key).open -= 1;
    },
  };
}
