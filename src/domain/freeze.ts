import type { Actor } from "./actor.ts";
import type { NumberKey } from "./phone-number.ts";
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

/**
 * Whether a freeze stands at a moment: it ends by itself, whether or not anybody has cleared it away. One whose end cannot
 * be read stands until somebody lifts it.
 */
export function isActive(freeze: Freeze, at: Date): boolean {
  return endOf(freeze) > at.getTime();
}

function endOf({ until }: Freeze): number {
  const end = until === undefined ? Infinity : Date.parse(until);
  return Number.isNaN(end) ? Infinity : end;
}

/** The freeze that keeps a number from being changed, if one does: of several the one that lasts longest. */
export function activeFreezeFor(freezes: readonly Freeze[], key: NumberKey, at: Date): Freeze | undefined {
  return freezes
    .filter((freeze) => isActive(freeze, at) && covers(freeze, key))
    .toSorted((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(b) - endOf(a)))[0];
}
