/**
 * The longest wait that a vendor or Slack can impose, in milliseconds. If they ask for more, Patchbay tries again after
 * this time.
 */
export const longestWaitMs = 5 * 60_000;

/** Limits a duration from outside. `longest` if it is not a number. All in milliseconds. */
export function withinLimits(ms: number, shortest: number, longest: number): number {
  return Number.isNaN(ms) ? longest : Math.min(Math.max(ms, shortest), longest);
}
