import type { AuditEntry, ChangeRecord } from "./audit-log.ts";
import { agentKey, compare, changedFields, overrideKey, pick, type Snapshot } from "./change.ts";

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
function movedToRestore({ requested, outcome }: ChangeRecord): Snapshot {
  const { before = {}, wanted = {} } = requested;
  const { [overrideKey]: _stays, ...moved } = sideEffectsOf(before, wanted, outcome?.after ?? {});
  return Object.keys(moved).length > 0 ? { ...pick(outcome?.after ?? {}, [agentKey]), ...moved } : {};
}

/**
 * What a refused change altered all the same, because a vendor may apply half of it. An undo restores this. Empty for
 * all other changes.
 */
export function partialEffectOf(record: ChangeRecord): Snapshot {
  return record.outcome?.outcome === "refused" ? movedToRestore(record) : {};
}

/** Whether an undo has something to restore: the change took effect, or half of it did. */
export function canBeUndone(record: ChangeRecord): boolean {
  return record.outcome?.outcome === "applied" || Object.keys(partialEffectOf(record)).length > 0;
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
  return { ...wanted, ...movedToRestore(record), ...pick(outcome.after ?? {}, Object.keys(wanted)) };
}

/** Marks an unknown outcome, in its details, that reading the number again cannot clear up. */
export const unprovable = { unprovable: "yes" } as const;

/** Whether the outcome is final: nothing more can be found out. */
export function isSettled({ outcome }: Pick<ChangeRecord, "outcome">): boolean {
  if (outcome === undefined) return false;
  return outcome.outcome !== "unknown" || outcome.details?.["unprovable"] !== undefined;
}

/** What went wrong with a change. A problem on the way to a change that took effect no longer counts. */
export function problemOf({ requested, outcome }: ChangeRecord): AuditEntry["problem"] {
  return outcome?.outcome === "applied" ? undefined : (outcome?.problem ?? requested.problem);
}
