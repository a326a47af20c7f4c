import { onlyAgentIn } from "../../domain/numbers/answering-agents.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { fieldsOf } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { endValue } from "./expiry-input.ts";
import type { ChangeDraft, DraftForm } from "./change-draft.ts";

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/**
 * A draft that requests a recorded change again, with its reason, incident and expiry. Throws unsupported for a record
 * without a number.
 */
export function draftFromRecord(requested: AuditEntry): DraftForm {
  const { change, number, wanted = {}, reason, details = {} } = requested;
  if (!change || !number) throw new Problem("unsupported", "That change does not say what it was.");
  const agentId = change === "reassign" ? (wanted["agent"] ?? undefined) : undefined;
  const { incident } = details;
  return {
    verb: change,
    again: requested.changeId,
    wish: {
      ...draftOfAgent(requested, agentId),
      ...(change === "rename" ? { name: wanted["name"] ?? "" } : {}),
      ...(change === "edit" ? { fields: fieldsOf(wanted) } : {}),
      ...(reason ? { reason } : {}),
      ...(incident === undefined ? {} : { incident }),
      ...draftOfExpiry(requested),
    },
  };
}

/**
 * A draft that gives a number back to the agent that a recorded change left, after another agent was found there.
 * Throws unsupported for other kinds of changes.
 */
export function draftFromRecordedAgent(requested: AuditEntry, foundAt: string | undefined): DraftForm {
  const agentId = requested.wanted?.["agent"];
  if (!agentId) throw new Problem("unsupported", "That change did not leave the number to an agent.");
  return { verb: "reassign", foundAt, wish: draftOfAgent(requested, agentId) };
}

function draftOfAgent({ number, labels = {} }: AuditEntry, agents: string | undefined): ChangeDraft {
  // A form offers one agent: of several, the person chooses one.
  const agentId = agents === undefined ? undefined : onlyAgentIn(agents);
  const key = number && { connectionId: number.connectionId, numberId: number.numberId };
  return { key, ...(agentId ? { agentId, agentLabel: ownValue(labels, agentId) } : {}) };
}

/** The same duration again, rounded, because the entry is slightly younger than the start of the duration. */
function draftOfExpiry({ at, details = {} }: AuditEntry): ChangeDraft {
  const lastsMs = Date.parse(details["until"] ?? "") - Date.parse(at);
  if (!(lastsMs > 0)) return {};
  const unitMs = lastsMs < minuteMs ? secondMs : minuteMs;
  return { end: endValue({ kind: "after", ms: Math.max(1, Math.round(lastsMs / unitMs)) * unitMs }) };
}
