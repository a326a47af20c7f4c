import type { ChangeRecord } from "../audit/audit-log.ts";
import { partialEffectOf, leftBy } from "./change-record.ts";
import { changedFields, pick, type Change, type Snapshot } from "../numbers/change.ts";
import { changeToReach } from "./net-effect.ts";
import { ownValue } from "../shared/own-value.ts";
import { Problem } from "../problem/problem.ts";

/** Which state of a change to restore: before it (an undo), or after it. */
export type RestorePoint = "before" | "made";
export const restorePoints = ["before", "made"] as const satisfies readonly RestorePoint[];

/** A change that took effect, and how to restore one of its states. */
export interface Restore {
  readonly to: RestorePoint;
  /** The fields that the change wrote, and their values to restore. */
  readonly wanted: Snapshot;
  readonly before: Snapshot;
  readonly made: Snapshot;
  /** The change that sets the number to `wanted`. */
  readonly change: Change;
}

/**
 * Builds the restore of a change from its record alone. Throws nothing_to_change for a refused change,
 * outcome_unknown while its outcome is unknown, and unsupported if the record lacks what to restore.
 */
export function restoreOf(record: ChangeRecord, to: RestorePoint): Restore {
  const { requested, outcome } = record;
  const { labels = {} } = requested;
  const half = partialEffectOf(record);
  const isHalfDone = to === "before" && Object.keys(half).length > 0;
  const made = isHalfDone ? half : leftBy(record);
  if (requested.kind === "change.refused" || (outcome?.outcome === "refused" && !isHalfDone)) {
    throw new Problem("nothing_to_change", "That change was refused, so there is nothing to undo.");
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
      "The vendor did not say what the number had before that change, so Patchbay cannot restore it.",
    );
  }
  return { to, wanted, before, made, change };
}

/** Whether a number can be restored, already is, or was changed since. */
export type RestoreVerdict = "can restore" | "already so" | "moved since";

/** Compares the state to restore with the number now. Only an undo can find that a field was changed since. */
export function restoreVerdict({ to, wanted, made }: Restore, now: Snapshot): RestoreVerdict {
  const away = changedFields(wanted, now, Object.keys(wanted));
  if (away.length === 0) return "already so";
  // A field that is already restored does not block the rest.
  return to === "before" && changedFields(made, now, away).length > 0 ? "moved since" : "can restore";
}

/**
 * The state that the change pipeline must find. For an undo, each field is as the change left it or already
 * restored. Otherwise it is the number as it was read.
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
