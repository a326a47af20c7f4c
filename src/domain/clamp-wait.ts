/**
 * The longest that anybody outside can make us wait, in milliseconds: a vendor or Slack that asks for more is asked again
 * after this, to see.
 */
export const longestWaitMs = 5 * 60_000;

/** A duration that came from outside, kept within limits; `longest` for one that is no number. All in milliseconds. */
export function withinLimits(ms: number, shortest: number, longest: number): number {
  return Number.isNaN(ms) ? longest : Math.min(Math.max(ms, shortest), longest);
}
