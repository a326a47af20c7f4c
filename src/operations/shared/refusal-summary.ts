import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";

/** What a refused request asked for, to recognize repetitions. */
export interface Asked {
  /** The kind of request, in Patchbay's own terms. */
  readonly act: string;
  /** Everything that distinguishes the request: a line, a button's value, the state of a form. */
  readonly content: string;
}

/** A refusal, and how often it happened within a round. */
export interface CountedRefusal {
  readonly workspaceId: string;
  /** The latest event. */
  readonly event: AuditEvent;
  readonly count: number;
  /** Whether only the first one has an audit entry. */
  readonly folded: boolean;
}

/**
 * Counts refusals over a few minutes, so that nobody can fill the audit log by trying again and again. If the same
 * person repeats a request, the first refusal gets its own entry and the rest are counted. Many different requests of
 * the same kind are counted as well. A refused change always gets its own entry. Kept in memory.
 */
export interface RefusalSummary {
  /** Registers a refusal. Returns whether to write its entry now. */
  note(workspaceId: string, event: AuditEvent, asked?: Asked): boolean;
  /** Ends the round and returns all its refusals. */
  end(): readonly CountedRefusal[];
}

/** The most kinds of refusals to count in a round. Further kinds get an entry each. */
const mostKinds = 5000;
/** The most contents of one kind of request by one person to distinguish in a round. */
const mostContents = 20;

/** Starts the first round. */
export function refusalSummary(): RefusalSummary {
  let noted = new Map<string, CountedRefusal>();
  let contents = new Map<string, Set<string>>();
  return {
    note: (workspaceId, event, asked) => {
      const folded = event.kind !== "change.refused";
      const whose = JSON.stringify([workspaceId, formatActor(event.actor), asked?.act]);
      const known = contents.get(whose) ?? new Set();
      if (asked && known.size < mostContents) contents.set(whose, known.add(asked.content));
      const content = asked && known.has(asked.content) ? asked.content : undefined;
      const key = keyOf(event, whose, content);
      const before = noted.get(key);
      if (!before && noted.size >= mostKinds) return true;
      noted.set(key, { workspaceId, event, count: (before?.count ?? 0) + 1, folded });
      return !before || !folded;
    },
    end: () => {
      const ended = [...noted.values()];
      noted = new Map();
      contents = new Map();
      return ended;
    },
  };
}

function keyOf(event: AuditEvent, whose: string, content: string | undefined): string {
  const { kind, problem, change, number, connection, reason, changeId, details, requestId } = event;
  const what = [kind, problem?.code, problem?.message, change, reason, changeId, details];
  // For a repeated request, the id of that request distinguishes the refusals.
  const again = problem?.code === "already_requested" ? requestId : undefined;
  const where = [number?.connectionId, number?.numberId, connection?.id];
  return JSON.stringify([whose, content, again, ...what, ...where]);
}
