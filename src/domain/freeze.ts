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
