import type { AuditEntry, ChangeRecord } from "./audit-log.ts";
import { agentKey, compare, changedFields, overrideKey, pick, type Snapshot } from "./change.ts";

/**
 * What moved beside what a change was to write, as its vendor showed it afterwards: nothing in records that say no more
 * than what was written.
 */
export function movedBeside(before: Snapshot, wanted: Snapshot, after: Snapshot): Snapshot {
  const beside = Object.keys(before).filter(
    (key) => !Object.hasOwn(wanted, key) && Object.hasOwn(after, key),
  );
  return pick(after, changedFields(before, after, beside));
}

/** Whether nothing of what was wanted was made, and something beside it all the same. */
export function isHalfDone(before: Snapshot, wanted: Snapshot, after: Snapshot): boolean {
  const isAsBefore = compare(pick(before, Object.keys(wanted)), after) === "same";
  return isAsBefore && Object.keys(movedBeside(before, wanted, after)).length > 0;
}

/** What moved beside it and can be put back: who answers with it, so that both are written; an override only stays. */
function movedToRestore({ requested, outcome }: ChangeRecord): Snapshot {
  const { before = {}, wanted = {} } = requested;
  const { [overrideKey]: _stays, ...moved } = movedBeside(before, wanted, outcome?.after ?? {});
  return Object.keys(moved).length > 0 ? { ...pick(outcome?.after ?? {}, [agentKey]), ...moved } : {};
}

/**
 * What a change has moved although it was refused, for a vendor may do half of it: what an undo puts back. Empty for all
 * others.
 */
export function halfLeftBy(record: ChangeRecord): Snapshot {
  return record.outcome?.outcome === "refused" ? movedToRestore(record) : {};
}

/** Whether an undo has something to put back: the change took effect, or half of it did. */
export function canBeUndone(record: ChangeRecord): boolean {
  return record.outcome?.outcome === "applied" || Object.keys(halfLeftBy(record)).length > 0;
}

/** Whether a change was sent and not refused: it took effect, or may have. */
export function mayHaveTakenEffect({ requested, outcome }: ChangeRecord): boolean {
  return requested.kind === "change.requested" && outcome?.outcome !== "refused";
}

/**
 * What a change left, or was to leave, in the fields that it wrote: as the vendor showed it afterwards where it took
 * effect, for a vendor may write a text in its own way, and may move another agent of the number with it.
 */
export function leftBy(record: ChangeRecord): Snapshot {
  const { requested, outcome } = record;
  const { wanted = {} } = requested;
  if (outcome?.outcome !== "applied") return wanted;
  return { ...wanted, ...movedToRestore(record), ...pick(outcome.after ?? {}, Object.keys(wanted)) };
}

/** Says in the details of an unknown outcome that looking again can bring nothing. */
export const unprovable = { unprovable: "yes" } as const;

/** Whether nothing more will be found out about how a change ended. */
export function isSettled({ outcome }: Pick<ChangeRecord, "outcome">): boolean {
  if (outcome === undefined) return false;
  return outcome.outcome !== "unknown" || outcome.details?.["unprovable"] !== undefined;
}

/** What is wrong with how a change ended; what went wrong on the way to one that took effect is over. */
export function problemOf({ requested, outcome }: ChangeRecord): AuditEntry["problem"] {
  return outcome?.outcome === "applied" ? undefined : (outcome?.problem ?? requested.problem);
}
