import { isProblem } from "../domain/problem.ts";
import type { Timer } from "../domain/timer.ts";

/** How a read is repeated. Times are in milliseconds. */
export interface RetryOptions {
  /** How often in all. */
  readonly attempts: number;
  /** The longest first wait; it doubles from there, and each is shortened at random by up to a half. */
  readonly backoffMs: number;
  /** A vendor that asks for a longer wait than this is not waited for. */
  readonly longestWaitMs: number;
  readonly timer: Timer;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Repeats a read that met rate_limited or vendor_unavailable, after the wait that the vendor asked for or a jittered
 * back-off, and otherwise throws what the last attempt threw. Not for updates. An aborted signal ends the waiting with
 * its AbortError. (undici's RetryAgent waits however long it is told to, without jitter and deaf to the signal.)
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
