import { formatDuration } from "../shared/duration.ts";

/** Shorter times depend more on the vendor's answers than on its limit. */
const shortMs = 10_000;

/** How long a run takes, as a clause. */
export function takesText(ms: number): string {
  return `takes ${ms < shortMs ? "a few seconds" : `about ${formatDuration(ms)}`} at the vendors' rate limits`;
}
