import type { Actor } from "../shared/actor.ts";
import type { NumberKey } from "./phone-number.ts";
import { covers, type Scope } from "./scope.ts";

/** A freeze. While it is active, nobody can change the numbers in its scope. */
export interface Freeze extends Scope {
  /** What is frozen, with its name at that time: `Main line (+1 415 555 0100)`, `Cartesia prod`, `all numbers`. */
  readonly title: string;
  readonly by: Actor;
  readonly reason: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** When it expires: UTC, ISO 8601. Without it, the freeze lasts until somebody unfreezes it. */
  readonly until?: string | undefined;
}

/**
 * Whether a freeze is active at a given time. It expires even if its row still exists. If the expiry is invalid, the
 * freeze stays active until somebody unfreezes it.
 */
export function isActive(freeze: Freeze, at: Date): boolean {
  return endOf(freeze) > at.getTime();
}

function endOf({ until }: Freeze): number {
  const end = until === undefined ? Infinity : Date.parse(until);
  return Number.isNaN(end) ? Infinity : end;
}

/** The active freeze that applies to a number. If there are several, the one that lasts longest. */
export function activeFreezeFor(freezes: readonly Freeze[], key: NumberKey, at: Date): Freeze | undefined {
  return freezes
    .filter((freeze) => isActive(freeze, at) && covers(freeze, key))
    .toSorted((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(b) - endOf(a)))[0];
}
