import { z } from "zod";
import { formatDuration } from "../shared/duration.ts";
import { Problem } from "../problem/problem.ts";

/** When a temporary change expires: after a duration (milliseconds), or at a time. */
export type Expiry =
  | { readonly kind: "after"; readonly ms: number }
  | { readonly kind: "at"; readonly at: Date };

/** An expiry as it is stored. */
export const storedExpiry = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("after"), ms: z.number() }),
  z.object({ kind: z.literal("at"), at: z.coerce.date() }),
]);

const minute = 60_000;

/** The shortest and the longest duration of a temporary change, in milliseconds. */
export const minExpiryMs = 5 * minute;
export const maxExpiryMs = 24 * 60 * minute;

/**
 * How long before the expiry people are reminded, at most, in milliseconds. For short changes it is a fifth of the
 * duration.
 */
const reminderMs = 10 * minute;

/**
 * The time at which a change requested now expires. Throws invalid_input for the field `ends` if it is past, too soon
 * or too late. `shortestMs` replaces the minimum, for the demo.
 */
export function expiresAt(end: Expiry, now: Date, shortestMs = minExpiryMs): Date {
  const ms = end.kind === "after" ? end.ms : end.at.getTime() - now.getTime();
  if (Number.isNaN(ms)) throw wrong("That is not a time.");
  if (end.kind === "at" && ms <= 0) throw wrong("That time has passed.");
  if (ms < shortestMs || ms > maxExpiryMs) {
    throw wrong(`Choose between ${formatDuration(shortestMs)} and ${formatDuration(maxExpiryMs)}.`);
  }
  return new Date(now.getTime() + ms);
}

/** When people are reminded of the expiry of a change that was made, or extended, at `from`. */
export function reminderAt(from: Date, endsAt: Date): Date {
  const ms = Math.max(0, endsAt.getTime() - from.getTime());
  return new Date(endsAt.getTime() - Math.min(reminderMs, ms / 5));
}

function wrong(words: string): Problem {
  return new Problem("invalid_input", words, { field: "ends" });
}
