import type { AuditEntry, AuditEvent, ChangeRecord, Outcome } from "../audit/audit-log.ts";
import { agentKey, compare, changedFields, overrideKey, pick, type Snapshot } from "../numbers/change.ts";

/**
 * The fields that changed although the change did not write them, with the values that the vendor showed afterwards.
 * Empty if the record has no fields beyond those written.
 */
export function sideEffectsOf(before: Snapshot, wanted: Snapshot, after: Snapshot): Snapshot {
  const sideEffectKeys = Object.keys(before).filter(
    (key) => !Object.hasOwn(wanted, key) && Object.hasOwn(after, key),
  );
  return pick(after, changedFields(before, after, sideEffectKeys));
}

/** Whether none of the wanted values were set, but another field changed. */
export function isPartlyApplied(before: Snapshot, wanted: Snapshot, after: Snapshot): boolean {
  const isAsBefore = compare(pick(before, Object.keys(wanted)), after) === "same";
  return isAsBefore && Object.keys(sideEffectsOf(before, wanted, after)).length > 0;
}

/**
 * The side effects that an undo restores, always with the answering agent, because both are written together. The
 * override itself stays.
 */
function movedToRestore({ before, wanted, after }: ChangeEffect): Snapshot {
  const { [overrideKey]: _stays, ...moved } = sideEffectsOf(before, wanted, after);
  return Object.keys(moved).length > 0 ? { ...pick(after, [agentKey]), ...moved } : {};
}

/** What a change was to write, and the number's fields before and after it. */
interface ChangeEffect {
  readonly before: Snapshot;
  readonly wanted: Snapshot;
  readonly after: Snapshot;
}

function effectOf({ requested: { before = {}, wanted = {} }, outcome }: ChangeRecord): ChangeEffect {
  return { before, wanted, after: outcome?.after ?? {} };
}

/**
 * What a refused change altered all the same, because a vendor may apply half of it. An undo restores this. Empty for
 * all other changes.
 */
export function partialEffectOf(record: ChangeRecord): Snapshot {
  return record.outcome?.outcome === "refused" ? movedToRestore(effectOf(record)) : {};
}

/** Whether an undo has something to restore: the change took effect, or half of it did. */
export function canBeUndone(record: ChangeRecord): boolean {
  return hasEffectToUndo(record.outcome?.outcome, effectOf(record));
}

/** Whether an undo has something to restore, for a change with this outcome and effect. */
export function hasEffectToUndo(outcome: Outcome | undefined, effect: ChangeEffect): boolean {
  if (outcome === "applied") return true;
  return outcome === "refused" && Object.keys(movedToRestore(effect)).length > 0;
}

/** Whether a change was sent and not refused: it took effect, or may have. */
export function mayHaveTakenEffect({ requested, outcome }: ChangeRecord): boolean {
  return requested.kind === "change.requested" && outcome?.outcome !== "refused";
}

/**
 * The values that a change left, or was to leave, in its fields. For a change that took effect, they are as the vendor
 * showed them afterwards: a vendor may rewrite a text, and may change another agent of the number as well.
 */
export function leftBy(record: ChangeRecord): Snapshot {
  const { requested, outcome } = record;
  const { wanted = {} } = requested;
  if (outcome?.outcome !== "applied") return wanted;
  return {
    ...wanted,
    ...movedToRestore(effectOf(record)),
    ...pick(outcome.after ?? {}, Object.keys(wanted)),
  };
}

/** Marks an unknown outcome, in its details, that reading the number again cannot clear up. */
export const unprovable = { unprovable: "yes" } as const;

/** Whether the outcome is final: nothing more can be found out. */
export function isSettled({ outcome }: Pick<ChangeRecord, "outcome">): boolean {
  return outcome !== undefined && isFinal(outcome);
}

/** Whether an entry with an outcome says all that can be found out. */
export function isFinal({ outcome, details }: Pick<AuditEvent, "outcome" | "details">): boolean {
  return outcome !== "unknown" || details?.["unprovable"] !== undefined;
}

/** A change that was just made, as far as it is known. */
interface SentChange {
  readonly outcome: Outcome;
  readonly isUnprovable: boolean;
  readonly outcomeRecorded: boolean;
}

/** Whether a change that was just made is settled: its outcome is on record and final. */
export function isResultSettled({ outcome, isUnprovable, outcomeRecorded }: SentChange): boolean {
  return outcomeRecorded && (outcome !== "unknown" || isUnprovable);
}

/** What went wrong with a change. A problem on the way to a change that took effect no longer counts. */
export function problemOf({ requested, outcome }: ChangeRecord): AuditEntry["problem"] {
  return outcome?.outcome === "applied" ? undefined : (outcome?.problem ?? requested.problem);
}
