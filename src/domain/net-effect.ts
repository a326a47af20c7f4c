import type { AuditConnection, AuditNumber, ChangeRecord } from "./audit-log.ts";
import { halfLeftBy, leftBy, mayHaveTakenEffect } from "./change-record.ts";
import {
  agentKey,
  fieldsOf,
  ownAgentKey,
  pick,
  type Change,
  type ChangeKind,
  type Snapshot,
} from "./change.ts";
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
  for (const record of oldestFirst) {
    const { number, connection, change, before = {}, labels = {} } = record.requested;
    if (!number || !connection || !change) continue;
    const left = mayHaveTakenEffect(record) ? leftBy(record) : halfLeftBy(record);
    if (Object.keys(left).length === 0) continue;
    const id = JSON.stringify([number.connectionId, number.numberId, partOf[change]]);
    const known = effects.get(id);
    // Taken out and put in again: a map keeps the order in which its keys came.
    effects.delete(id);
    effects.set(id, {
      number,
      connection,
      first: { ...pick(before, Object.keys(left)), ...known?.first },
      last: { ...known?.last, ...left },
      labels: { ...known?.labels, ...labels },
      newest: record,
      unsettled: (known?.unsettled ?? false) || !isKnown(record),
    });
  }
  return [...effects.values()].toReversed();
}

function isKnown({ outcome }: ChangeRecord): boolean {
  return outcome?.outcome === "applied" || outcome?.outcome === "refused";
}

/**
 * The change that gives fields of one part of a number these values, with its agents where they moved along; undefined for
 * none, or for fields of several parts.
 */
export function changeToReach(
  wanted: Snapshot,
  labels: Readonly<Record<string, string>>,
): Change | undefined {
  const { [agentKey]: agent, [ownAgentKey]: own, name, ...others } = wanted;
  const fields = fieldsOf(others);
  const ofFields = Object.keys(fields).length;
  if (ofFields < Object.keys(others).length) return undefined;
  const ownAgent = own === undefined ? {} : { ownAgentId: own };
  if (name !== undefined) return Object.keys(wanted).length === 1 ? { kind: "rename", name } : undefined;
  if (ofFields > 0) {
    // Only a detach leaves a number to nobody.
    if (agent === null) return undefined;
    return { kind: "edit", fields, ...(agent === undefined ? {} : { agentId: agent, ...ownAgent }) };
  }
  if (agent === undefined) return undefined;
  if (agent === null) return { kind: "detach" };
  return { kind: "reassign", agentId: agent, agentName: ownValue(labels, agent), ...ownAgent };
}
