import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Drift } from "../../domain/changes/drift.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Agent, NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { OpenConnection } from "../shared/context.ts";

/** The last change of a number's agent. */
export interface LastAnswer {
  readonly changeId: string | undefined;
  readonly left: string | null | undefined;
  /** Whether it took effect for certain. */
  readonly applied: boolean;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

export function lastAnswerOf({ requested, outcome }: ChangeRecord): LastAnswer {
  const { changeId, wanted, labels } = requested;
  return { changeId, left: wanted?.["agent"], applied: outcome?.outcome === "applied", labels };
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
  if (number.agent === undefined) return undefined;
  const now = number.agent?.id ?? null;
  const left = last?.left;
  const nameOf = (id: string): string | undefined =>
    agents?.get(id)?.name ?? ownValue(last?.labels ?? {}, id);
  const labels = [now, left].flatMap((id): [string, string][] => {
    const name = id ? nameOf(id) : undefined;
    return id && name !== undefined ? [[id, name]] : [];
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
  if (now === null) return left === null ? undefined : found("nobody");
  const agent = agents?.get(now);
  // Without the list of agents, an earlier finding still holds.
  if (!agents && before?.kind === "agent_gone" && before.now === now) return before;
  if (agents && !agent) return found("agent_gone", `${vendor.title} has no such agent any more`);
  if (agent?.unbindable) return found("agent_gone", agent.unbindable);
  return left !== undefined && left !== now ? found("changed_elsewhere") : undefined;
}
