import type { ChangeRecord } from "./audit-log.ts";
import { halfLeftBy, leftBy } from "./change-record.ts";
import { changedFields, pick, type Change, type Snapshot } from "./change.ts";
import { changeToReach } from "./net-effect.ts";
import { ownValue } from "./own-value.ts";
import { Problem } from "./problem.ts";

/** Which state a change tells of: as the number was before it (an undo), or as it left it. */
export type RestorePoint = "before" | "made";
export const restorePoints = ["before", "made"] as const satisfies readonly RestorePoint[];

/** A change that took effect, and what brings its number back to a state that it tells of. */
export interface Restore {
  readonly to: RestorePoint;
  /** The fields that the change wrote, and no others, as they are to be again. */
  readonly wanted: Snapshot;
  readonly before: Snapshot;
  readonly made: Snapshot;
  /** The change that gives the number `wanted`. */
  readonly change: Change;
}

/**
 * What restoring a change takes, from its record alone. Throws nothing_to_change for one that was refused,
 * outcome_unknown for one that nobody knows the end of yet, and unsupported where its record does not say what to restore.
 */
export function restoreOf(record: ChangeRecord, to: RestorePoint): Restore {
  const { requested, outcome } = record;
  const { labels = {} } = requested;
  const half = halfLeftBy(record);
  const isHalfDone = to === "before" && Object.keys(half).length > 0;
  const made = isHalfDone ? half : leftBy(record);
  if (requested.kind === "change.refused" || (outcome?.outcome === "refused" && !isHalfDone)) {
    throw new Problem("nothing_to_change", "That change was refused, so there is nothing to put back.");
  }
  if (outcome?.outcome !== "applied" && !isHalfDone) {
    throw new Problem("outcome_unknown", "Nobody knows yet whether that change took effect.");
  }
  const before = pick(requested.before ?? {}, Object.keys(made));
  const wanted = to === "before" ? before : made;
  const whole = Object.keys(made).every((key) => Object.hasOwn(wanted, key));
  const change = whole ? changeToReach(wanted, labels) : undefined;
  if (!change) {
    throw new Problem(
      "unsupported",
      "The vendor did not say what the number had before that change, so Patchbay cannot put it back.",
    );
  }
  return { to, wanted, before, made, change };
}

/** How a number stands to what is to be restored: it can be, it already is so, or somebody has changed it since. */
export type RestoreVerdict = "can restore" | "already so" | "moved since";

/** Compares what is to be restored with the number as it is now. Only an undo can find that somebody has moved a field. */
export function restoreVerdict({ to, wanted, made }: Restore, now: Snapshot): RestoreVerdict {
  const away = changedFields(wanted, now, Object.keys(wanted));
  if (away.length === 0) return "already so";
  // A field that is back already, whoever did that, is not in the way.
  return to === "before" && changedFields(made, now, away).length > 0 ? "moved since" : "can restore";
}

/**
 * What the change pipeline is to find, so that it refuses what has moved: for an undo each field as the change left it, or back
 * already; for the state that a change had made, the number as it was looked at.
 */
export function expectedState({ to, wanted, made }: Restore, now: Snapshot): Snapshot {
  const looked = pick(now, Object.keys(wanted));
  if (to === "made") return looked;
  return {
    ...made,
    ...pick(
      looked,
      Object.keys(looked).filter((key) => ownValue(looked, key) === ownValue(wanted, key)),
    ),
  };
}
