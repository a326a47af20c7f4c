import type { AuditEntry, ChangeRecord } from "./audit-log.ts";
import { pick, type Snapshot } from "./change.ts";

/** Whether a change was sent and not refused: it took effect, or may have. */
export function mayHaveTakenEffect({ requested, outcome }: ChangeRecord): boolean {
  return requested.kind === "change.requested" && outcome?.outcome !== "refused";
}

/**
 * What a change left, or was to leave, in the fields that it wrote: as the vendor showed it afterwards where it took
 * effect, for a vendor may write a text in its own way.
 */
export function leftBy({ requested, outcome }: ChangeRecord): Snapshot {
  const { wanted = {} } = requested;
  if (outcome?.outcome !== "applied") return wanted;
  return { ...wanted, ...pick(outcome.after ?? {}, Object.keys(wanted)) };
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
