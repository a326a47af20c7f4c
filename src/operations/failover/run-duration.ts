import { longestRunMs, shortestRunMs } from "../../domain/failover/plan-schema.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { parseExpiry } from "../expiry/parse-expiry.ts";

/** How long a practice may hold, in milliseconds. */
const shortestPracticeMs = 60_000;
const longestPracticeMs = 60 * 60_000;

/** How long a run is to hold, as typed, in milliseconds. Throws invalid_input. */
export function runDuration(
  typed: readonly string[],
  clock: { readonly now: Date; readonly timeZone: string },
  isPractice: boolean,
): number {
  const end = parseExpiry(typed, clock);
  const ms = end.kind === "after" ? end.ms : end.at.getTime() - clock.now.getTime();
  const [least, most] = isPractice ? [shortestPracticeMs, longestPracticeMs] : [shortestRunMs, longestRunMs];
  if (ms >= least && ms <= most) return ms;
  const words = isPractice
    ? "The numbers of a practice stay switched for between 1 minute and an hour."
    : "The numbers of a failover stay switched for between 15 minutes and 72 hours.";
  throw new Problem("invalid_input", words);
}
