import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Drift } from "../../domain/changes/drift.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import { agentKey } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import {
  isUnanswered,
  type Agent,
  type NumberKey,
  type PhoneNumber,
} from "../../domain/numbers/phone-number.ts";
import type { OpenConnection } from "../shared/context.ts";

/** The last change of a number's agent. */
export interface LastAnswer {
  readonly changeId: string | undefined;
  readonly left: string | null | undefined;
  /** Whether it took effect for certain. */
  readonly applied: boolean;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

export function lastAnswerOf(record: ChangeRecord): LastAnswer {
  const { changeId, labels } = record.requested;
  const left = ownValue(leftBy(record), agentKey);
  return { changeId, left, applied: record.outcome?.outcome === "applied", labels };
}

/** A number with what is known about it. */
export interface ObservedNumber {
  readonly number: PhoneNumber;
  /** The connection's agents by id; undefined if they could not be read. */
  readonly agents: ReadonlyMap<string, Agent> | undefined;
  readonly before: Drift | undefined;
  readonly last: LastAnswer | undefined;
}

/** The drift of a number, or undefined. */
export function classifyDrift(
  { connection, vendor }: OpenConnection,
  { number, agents, before, last }: ObservedNumber,
): Drift | undefined {
  const key: NumberKey = { connectionId: connection.id, numberId: number.id };
  // While its outcome is unknown, the reconciler reports on the number.
  if (last && !last.applied) return undefined;
  if (number.agent === undefined && number.answeredBy === undefined) return undefined;
  const now = number.agent?.id ?? null;
  const left = last?.left;
  const nameOf = (id: string): string | undefined =>
    agents?.get(id)?.name ?? ownValue(last?.labels ?? {}, id);
  const labels = [...agentIdsIn([now, left])].flatMap((id): [string, string][] => {
    const name = nameOf(id);
    return name === undefined ? [] : [[id, name]];
  });
  const found = (kind: Drift["kind"], why?: string): Drift => ({
    kind,
    key,
    e164: number.e164,
    name: number.name,
    connection: connection.name,
    vendor: vendor.id,
    now,
    left,
    changeId: last?.changeId,
    why,
    labels: Object.fromEntries(labels),
  });
  const isMoved = left !== undefined && left !== now;
  if (isUnanswered(number)) return left === null ? undefined : found("nobody");
  if (now === null)
    return isMoved ? found("changed_elsewhere", number.answeredBy ?? number.chooser) : undefined;
  // Without the list of agents, an earlier finding still holds.
  if (!agents && before?.kind === "agent_gone" && before.now === now) return before;
  for (const id of agents ? agentIdsIn([now]) : []) {
    const agent = agents?.get(id);
    const which = id === now ? "such agent" : `agent ${nameOf(id) ?? id}`;
    if (!agent) return found("agent_gone", `${vendor.title} has no ${which} any more`);
    if (agent.unbindable)
      return found("agent_gone", id === now ? agent.unbindable : `${agent.name}: ${agent.unbindable}`);
  }
  return isMoved ? found("changed_elsewhere") : undefined;
}
