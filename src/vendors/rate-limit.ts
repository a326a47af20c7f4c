import type { CapacityWaitOptions } from "../domain/vendor.ts";
import type { Method } from "./growing-hold.ts";
import type { Headers } from "./retry-after.ts";

/** How much an account may be asked: a bucket of `requests` that fills in `intervalMs`, and `atOnce` at the same time. */
export interface RateLimit {
  readonly requests: number;
  readonly intervalMs: number;
  readonly atOnce: number;
  /** The vendor publishes none: bulk work goes one step after the other until the vendor says what is too much. */
  readonly guessed?: boolean;
}

/** For vendors that publish no limit: two a second on average and two at once. The numbers are ours. */
export const unpublishedRate: RateLimit = { requests: 20, intervalMs: 10_000, atOnce: 2, guessed: true };

/**
 * What is asked: an update and a single read go at once, a page of a list may be one of many, and for background work
 * nobody waits.
 */
export type Urgency = "update" | "read" | "list" | "background";

/** Runs requests no faster than the account allows. */
export interface RateLimiter {
  /**
   * Runs an update or a read at once, and the rest when it is its turn, lists before background work. What waits is
   * dropped when its signal is aborted. Throws rate_limited, without running it, where the wait would be long.
   */
  run<T>(urgency: Urgency, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Runs one step of bulk work, a few requests that each go at once, when there is room for all of them; steps take their
   * turns in the order in which they came. At an account that takes no two at once, a read in a step comes back when
   * there is room for the next request. Throws rate_limited, without running it, where the wait would be too long.
   */
  inTurn<T>(step: () => Promise<T>, options: CapacityWaitOptions): Promise<T>;
  /** What an answer to such a request says about the limit. */
  heard(status: number, headers: Headers, method: Method): void;
}
