import type { AuditDetails } from "../../domain/audit/audit-details.ts";
import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isUpdateAlone, type Drift } from "../../domain/changes/drift.ts";
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
  /** What answered besides the agent, or could choose another one. Undefined if its entry is older than that. */
  readonly besides: Pick<ChangeDetails, "answeredBy" | "chooser"> | undefined;
  /** When its outcome was recorded, in unix milliseconds. */
  readonly endedAtMs: number;
}

/** By how much the vendor's clock may differ from ours, in milliseconds. */
export const clockSkewMs = 60_000;

export function lastAnswerOf(record: ChangeRecord): LastAnswer {
  const { changeId, labels, details = {} } = record.requested;
  const left = ownValue(leftBy(record), agentKey);
  return {
    changeId,
    left,
    applied: record.outcome?.outcome === "applied",
    labels,
    besides: besidesIn(details),
    endedAtMs: endedAtMs(record),
  };
}

function besidesIn(details: AuditDetails): LastAnswer["besides"] {
  const { answeredBy, chooser, besides } = details;
  const isOlder = answeredBy === undefined && chooser === undefined && besides === undefined;
  return isOlder ? undefined : { answeredBy, chooser };
}

/** When a change ended, or when it was requested if that is unknown, in unix milliseconds. */
export function endedAtMs({ requested, outcome }: ChangeRecord): number {
  return Date.parse((outcome ?? requested).at);
}

/** A number with what is known about it. */
export interface ObservedNumber {
  readonly number: PhoneNumber;
  /** The connection's agents by id; undefined if they could not be read. */
  readonly agents: ReadonlyMap<string, Agent> | undefined;
  readonly before: Drift | undefined;
  readonly last: LastAnswer | undefined;
  /** Whether the vendor's times of updates tell something. */
  readonly isTimeTelling: boolean;
}

/** The drift of a number, or undefined. */
export function classifyDrift(
  { connection, vendor }: OpenConnection,
  { number, agents, before, last, isTimeTelling }: ObservedNumber,
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
  const found = (kind: Drift["kind"], why?: string, besides?: Drift["besides"]): Drift => ({
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
    ...(besides === undefined ? {} : { besides }),
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
  if (isMoved) return found("changed_elsewhere");
  const added = addedSince(last, number);
  if (added) return found("changed_elsewhere", added.why, added.besides);
  // What was reported once stays until our next change, whatever the other numbers show.
  const isTelling = isTimeTelling || (before !== undefined && isUpdateAlone(before));
  return last && isTelling && isUpdatedSince(last, number) ? found("changed_elsewhere") : undefined;
}

/** What answers besides the agent, or may choose another one, and did not when Patchbay last changed the agent. */
function addedSince(
  last: LastAnswer | undefined,
  { answeredBy, chooser }: PhoneNumber,
): { readonly why: string; readonly besides: Drift["besides"] } | undefined {
  if (last?.left === undefined || last.besides === undefined) return undefined;
  if (answeredBy !== undefined && answeredBy !== last.besides.answeredBy)
    return { why: answeredBy, besides: "answers" };
  return chooser === undefined || chooser === last.besides.chooser
    ? undefined
    : { why: chooser, besides: "chooses" };
}

const isUpdatedSince = ({ endedAtMs: ended }: LastAnswer, { updatedAtMs = 0 }: PhoneNumber): boolean =>
  updatedAtMs > ended + clockSkewMs;
