import type { PauseReason } from "../../../src/domain/runs/pause.ts";
import { hour, minute } from "../../support/fixtures.ts";
import {
  counter,
  onceUpdatesEnded,
  pauseDuringFirst,
  refuseFirst,
  whenBegun,
  whenNotTold,
  whenOnAfterRefusal,
  whenRead,
  whenTold,
  whenUpdateArrives,
  type FailoverTrap,
} from "./failover-traps.ts";
import { isPatch } from "../points.ts";

/** What people read while a tier waits. */
export const waitWords = "Waits until the new agent answers a first call";
/** The plan. */
export const slug = "many";
/** How many numbers of each of two vendors a failover switches: more than a connection changes at once. */
export const each = 6;
export const total = 2 * each;

/** A moment of a failover or its fail-back at which the app is killed. */
export interface FailoverPoint {
  readonly name: string;
  readonly phase: "failover" | "back";
  /** Sets the trap. Without one, the app is killed before it receives the confirmation. */
  lay?(trap: FailoverTrap): void;
  /** Sets a second trap, for the process that continues. */
  again?(trap: FailoverTrap): void;
  /** How long no process runs, in milliseconds. */
  readonly goneMs?: number;
  /** Why the run has to be paused then. */
  readonly pauses?: PauseReason;
  /** Whether the first tier waits for its first call. Not every vendor has a log of calls. */
  readonly awaitsCall?: boolean;
  /** How many numbers it may leave as they are, because the vendor refuses them. */
  readonly refused?: number;
}

const one = (phase: FailoverPoint["phase"], name: string, lay: FailoverPoint["lay"], more = {}) =>
  ({ phase, name, ...(lay ? { lay } : {}), ...more }) satisfies FailoverPoint;

/** Before each step, and between any two. */
function steps(phase: FailoverPoint["phase"], counts: readonly number[]): FailoverPoint[] {
  return counts.flatMap((count) => [
    one(phase, `as update ${count} arrives`, (trap) => whenUpdateArrives(trap, count)),
    one(phase, `update ${count} answered`, (trap) =>
      onceUpdatesEnded(trap.vendors, count, () => trap.kill()),
    ),
  ]);
}

/** The points that a failover and its fail-back share. */
function common(phase: FailoverPoint["phase"], through: string): FailoverPoint[] {
  return [
    one(phase, "before it is confirmed", undefined),
    one(phase, "begun, and the form is not told", whenBegun),
    one(phase, "begun, as the first number is read", whenRead),
    one(phase, "an update in the middle made and not answered", (trap) => {
      const got = counter(trap.vendors, () => true);
      for (const vendor of trap.vendors)
        vendor.fault(
          { kind: "apply-then-hang" },
          { times: 1, on: (request) => isPatch(request) && got() > 2 },
        );
      const hanging = counter(trap.vendors, ({ status }) => status === "hanging");
      for (const vendor of trap.vendors) vendor.listen(() => hanging() > 0 && trap.kill());
    }),
    one(phase, "on after a 429, as a number is read", whenOnAfterRefusal),
    one(phase, "in the middle, and again in the next process", (trap) => whenUpdateArrives(trap, 3), {
      again: (trap: FailoverTrap) => whenUpdateArrives(trap, 2),
    }),
    one(phase, "in the middle, and nothing runs for 20 minutes", (trap) => whenUpdateArrives(trap, 3), {
      goneMs: 20 * minute,
      pauses: "interrupted",
    }),
    one(phase, "through, and not told", (trap) => whenNotTold(trap, total)),
    one(phase, "through and told", (trap) => whenTold(trap, through)),
  ];
}

/** The named points, in order. */
export const failoverPoints: readonly FailoverPoint[] = [
  ...common("failover", "is through"),
  ...steps(
    "failover",
    Array.from({ length: total }, (_, at) => at + 1),
  ),
  one(
    "failover",
    "paused by its rule, and not told",
    (trap) => {
      refuseFirst(trap);
      whenNotTold(trap, 1);
    },
    { pauses: "canary", refused: 1 },
  ),
  one(
    "failover",
    "paused by its rule and told",
    (trap) => {
      refuseFirst(trap);
      whenTold(trap, "is paused");
    },
    { pauses: "canary", refused: 1 },
  ),
  one(
    "failover",
    "paused by a person and told",
    (trap) => {
      pauseDuringFirst(trap);
      whenTold(trap, "is paused");
    },
    { pauses: "asked" },
  ),
  one(
    "failover",
    "paused and told, and nothing runs for two hours",
    (trap) => {
      refuseFirst(trap);
      whenTold(trap, "is paused");
    },
    { pauses: "canary", refused: 1, goneMs: 2 * hour },
  ),
  one(
    "failover",
    "while its first tier waits for a call, and again when the call has come",
    (trap) => whenTold(trap, waitWords),
    { awaitsCall: true },
  ),
  ...common("back", "is over"),
  ...steps("back", [1, 2, total / 2, total - 1, total]),
];
