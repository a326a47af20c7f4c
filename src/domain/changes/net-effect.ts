import type { AuditConnection, AuditNumber, ChangeRecord } from "../audit/audit-log.ts";
import { partialEffectOf, leftBy, mayHaveTakenEffect } from "./change-record.ts";
import {
  agentKey,
  fieldsOf,
  ownAgentKey,
  pick,
  type Change,
  type ChangeKind,
  type Snapshot,
} from "../numbers/change.ts";
import { ownValue } from "../shared/own-value.ts";

/** The parts of a number that are restored independently: the answering agent, the name, and the other fields. */
type Part = "agent" | "name" | "fields";

const partOf: Readonly<Record<ChangeKind, Part>> = {
  reassign: "agent",
  detach: "agent",
  rename: "name",
  edit: "fields",
};

/** The combined effect of several changes on one part of one number. */
export interface NetEffect {
  readonly number: AuditNumber;
  readonly connection: AuditConnection;
  /** Each field before the first change that wrote it, and after the last one. */
  readonly first: Snapshot;
  readonly last: Snapshot;
  /** Names at that time for the agent ids in both. */
  readonly labels: Readonly<Record<string, string>>;
  /** The newest of the changes, and whether the outcome of any of them is unknown. */
  readonly newest: ChangeRecord;
  readonly unsettled: boolean;
}

/** The combined effects of changes that are given oldest first. The part with the newest change comes first. */
export function netEffects(oldestFirst: readonly ChangeRecord[]): NetEffect[] {
  const effects = new Map<string, NetEffect>();
  for (const record of oldestFirst) {
    const { number, connection, change, before = {}, labels = {} } = record.requested;
    if (!number || !connection || !change) continue;
    const left = mayHaveTakenEffect(record) ? leftBy(record) : partialEffectOf(record);
    if (Object.keys(left).length === 0) continue;
    const id = JSON.stringify([number.connectionId, number.numberId, partOf[change]]);
    const known = effects.get(id);
    // Deleted first, so that the key moves to the end of the map's order.
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
 * The change that sets fields of one part of a number to these values, including agents that changed along with them.
 * Undefined if there are none, or if they belong to several parts.
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
    // Only a detach can leave a number without an agent.
    if (agent === null) return undefined;
    return { kind: "edit", fields, ...(agent === undefined ? {} : { agentId: agent, ...ownAgent }) };
  }
  if (agent === undefined) return undefined;
  if (agent === null) return { kind: "detach" };
  return { kind: "reassign", agentId: agent, agentName: ownValue(labels, agent), ...ownAgent };
}
