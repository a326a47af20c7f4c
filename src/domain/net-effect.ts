import type { AuditConnection, AuditNumber, ChangeRecord } from "./audit-log.ts";
import { leftBy, mayHaveTakenEffect } from "./change-record.ts";
import { fieldKey, type Change, type ChangeKind, type Snapshot } from "./change.ts";
import { ownValue } from "./own-value.ts";

/** What changes are apart by: who answers a number, its name, its other fields. Each is put back by a change of its own. */
type Part = "agent" | "name" | "fields";

const partOf: Readonly<Record<ChangeKind, Part>> = {
  reassign: "agent",
  detach: "agent",
  rename: "name",
  edit: "fields",
};

/** What several changes have come to for one part of one number. */
export interface NetEffect {
  readonly number: AuditNumber;
  readonly connection: AuditConnection;
  /** Each field as it was before the first of the changes that wrote it, and as the last one was to leave it. */
  readonly first: Snapshot;
  readonly last: Snapshot;
  /** Names for the agent ids in both, as they were. */
  readonly labels: Readonly<Record<string, string>>;
  /** The newest of the changes, and whether nobody knows how one of them ended. */
  readonly newest: ChangeRecord;
  readonly unsettled: boolean;
}

/** What changes have come to, from oldest to newest; the parts with the newest change come first. */
export function netEffects(oldestFirst: readonly ChangeRecord[]): NetEffect[] {
  const effects = new Map<string, NetEffect>();
  for (const record of oldestFirst.filter(mayHaveTakenEffect)) {
    const { number, connection, change, before = {}, labels = {} } = record.requested;
    if (!number || !connection || !change) continue;
    const id = JSON.stringify([number.connectionId, number.numberId, partOf[change]]);
    const known = effects.get(id);
    // Taken out and put in again: a map keeps the order in which its keys came.
    effects.delete(id);
    effects.set(id, {
      number,
      connection,
      first: { ...before, ...known?.first },
      last: { ...known?.last, ...leftBy(record) },
      labels: { ...known?.labels, ...labels },
      newest: record,
      unsettled: (known?.unsettled ?? false) || record.outcome?.outcome !== "applied",
    });
  }
  return [...effects.values()].toReversed();
}

/** The change that gives fields of one part of a number these values; undefined for none, or for fields of several parts. */
export function changeTo(wanted: Snapshot, labels: Readonly<Record<string, string>>): Change | undefined {
  const keys = Object.keys(wanted);
  const { agent, name } = wanted;
  if (keys.length === 1 && agent !== undefined)
    return agent === null
      ? { kind: "detach" }
      : { kind: "reassign", agentId: agent, agentName: ownValue(labels, agent) };
  if (keys.length === 1 && name !== undefined) return { kind: "rename", name };
  const prefix = fieldKey("");
  if (keys.length === 0 || !keys.every((key) => key.startsWith(prefix))) return undefined;
  const fields = Object.entries(wanted).map(([key, value]) => [key.slice(prefix.length), value]);
  return { kind: "edit", fields: Object.fromEntries(fields) };
}
