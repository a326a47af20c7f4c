import { isProblem } from "../domain/problem/problem.ts";
import type { Timer } from "../domain/shared/timer.ts";

/** How to retry a read. Times are in milliseconds. */
export interface RetryOptions {
  /** The total number of attempts. */
  readonly attempts: number;
  /** The longest first delay. It doubles each time, and each delay is randomly shortened by up to half. */
  readonly backoffMs: number;
  /** If the vendor asks for a longer wait, there is no retry. */
  readonly longestWaitMs: number;
  readonly timer: Timer;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Retries a read after rate_limited or vendor_unavailable. It waits as long as the vendor asks, or backs off with
 * jitter. Throws the error of the last attempt. Not for updates. An aborted signal ends the wait with its AbortError.
 * (undici's RetryAgent waits as long as the server asks, without jitter, and ignores the signal.)
 */
export async function retried<T>(read: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const passing = isProblem(error, "rate_limited") || isProblem(error, "vendor_unavailable");
      if (!passing || attempt >= options.attempts || options.signal?.aborted) throw error;
      const jitter = options.backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      const wait = Math.max(jitter, error.details.retryAfterMs ?? 0);
      if (wait > options.longestWaitMs) throw error;
      await options.timer.wait(wait, options.signal);
    }
  }
}
