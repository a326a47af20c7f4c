import type { CapacityWaitOptions } from "../domain/vendor/vendor-account.ts";
import type { BucketLimit, Method } from "../domain/vendor/token-bucket.ts";
import type { Headers } from "./retry-after.ts";

/** An account's rate limit, and `atOnce` concurrent requests. */
export interface RateLimit extends BucketLimit {
  readonly atOnce: number;
}

/**
 * For vendors that publish no limit: two requests a second on average and two at once. The numbers are our
 * assumption.
 */
export const unpublishedRate: RateLimit = { requests: 20, intervalMs: 10_000, atOnce: 2, guessed: true };

/**
 * The kind of request. Updates and single reads go at once, a page may be one of many, and nobody waits for
 * background work.
 */
export type Urgency = "update" | "read" | "list" | "background";

/** Runs requests within the account's rate limit. */
export interface RateLimiter {
  /**
   * Runs updates and single reads at once, and other requests in order, lists before background work. A waiting
   * request is dropped when its signal aborts. Throws rate_limited, without running it, if the wait would be long.
   */
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Runs one step of bulk work, a few requests that go at once, when there is room for all of them. Steps run in
   * order. For an account without concurrent requests, a read in a step resolves when there is room for the next
   * request. Throws rate_limited, without running it, if the wait would be too long.
   */
  inTurn<T>(step: () => Promise<T>, options: CapacityWaitOptions): Promise<T>;
  /** How long so many steps of bulk work take at the limit as it is known now, in milliseconds. */
  bulkTimeMs(steps: number): number;
  /** Takes what a response says about the limit into account. */
  observe(status: number, headers: Headers, method: Method): void;
}
