/**
 * The longest wait that a vendor or Slack can impose, in milliseconds. If they ask for more, Patchbay tries again after
 * this time.
 */
export const longestWaitMs = 5 * 60_000;

/** Limits a duration from outside. `longest` if it is not a number. All in milliseconds. */
export function withinLimits(ms: number, shortest: number, longest: number): number {
  return Number.isNaN(ms) ? longest : Math.min(Math.max(ms, shortest), longest);
}

/**
 * How long the header Retry-After asks to wait, in milliseconds from `sentAt` (unix milliseconds): seconds or an HTTP
 * date (RFC 9110 section 10.2.3). Undefined if it says nothing. It is never negative, and may be long.
 */
export function parseRetryAfter(text: string | undefined, sentAt: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d{1,12}(\.\d+)?\s*$/u.test(text)) return Number(text) * 1_000;
  // Date.parse accepts far more than HTTP dates ("-5" is the year 2001), so a date must start with a weekday.
  const time = /^\s*[A-Za-z]{3,9},? /u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - sentAt);
}
