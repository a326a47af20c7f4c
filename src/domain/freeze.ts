import type { Actor } from "./actor.ts";
import type { ChangeEnd } from "./change-end.ts";
import type { NumberKey } from "./phone-number.ts";
import { Problem } from "./problem.ts";
import { covers, type Scope } from "./scope.ts";

/** An order that nobody changes a number, the numbers of a connection, or any number at all, for as long as it stands. */
export interface Freeze extends Scope {
  /** What is frozen, in plain words as they were: `Main line (+1 415 555 0100)`, `Cartesia prod`, `all numbers`. */
  readonly title: string;
  readonly by: Actor;
  readonly reason: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** When it ends by itself: UTC, ISO 8601. Without it somebody has to lift it. */
  readonly until?: string | undefined;
}

/** The shortest and the longest time for which something is frozen with an end, in milliseconds. */
const shortestMs = 60_000;
const longestMs = 30 * 24 * 60 * 60_000;

/** When a freeze that is set now is to end. Throws invalid_input, about the field `ends`, for one too soon or too far away. */
export function freezeEnd(end: ChangeEnd, now: Date): Date {
  const ms = end.kind === "after" ? end.ms : end.at.getTime() - now.getTime();
  if (ms >= shortestMs && ms <= longestMs) return new Date(now.getTime() + ms);
  const words = "A freeze ends after at least a minute and at most 30 days.";
  throw new Problem("invalid_input", words, { field: "ends" });
}

/** Whether a freeze stands at a moment: it ends by itself, whether or not anybody has cleared it away. */
export function stands({ until }: Freeze, at: Date): boolean {
  return until === undefined || Date.parse(until) > at.getTime();
}

/** The freeze that keeps a number from being changed, if one does: of several the one that lasts longest. */
export function freezeOn(freezes: readonly Freeze[], key: NumberKey, at: Date): Freeze | undefined {
  const end = ({ until }: Freeze): number => (until === undefined ? Infinity : Date.parse(until));
  return freezes
    .filter((freeze) => stands(freeze, at) && covers(freeze, key))
    .toSorted((a, b) => end(b) - end(a))[0];
}
