import { formatActor } from "../../domain/actor.ts";
import type { AuditEvent } from "../../domain/audit-log.ts";

/** What a refused request asked for. */
export interface Asked {
  /** The kind of request and what it asks for, in our words. */
  readonly act: string;
  /** Tells what was said with it from anything else: a line, a button's value, the state of a form. */
  readonly content: string;
}

/** A refusal, and how often it came within a round. */
export interface CountedRefusal {
  readonly workspaceId: string;
  /** The latest of them. */
  readonly event: AuditEvent;
  readonly count: number;
  /** Whether only the first of them has an entry in the audit log. */
  readonly folded: boolean;
}

/**
 * Refusals of a few minutes, so that somebody who goes on trying cannot fill the audit log: where the same person asks for
 * the same again the first has an entry of its own, and the rest are counted; so they are where they go on asking for
 * something else by the same act. A refused change always has its own. Kept in memory.
 */
export interface RefusalSummary {
  /** Notes a refusal. Returns whether it is to be written down now. */
  note(workspaceId: string, event: AuditEvent, asked?: Asked): boolean;
  /** Ends the round and gives everything that was refused in it. */
  end(): readonly CountedRefusal[];
}

/** So many different refusals are counted in a round; what comes beyond is written down one by one. */
const mostKinds = 5000;
/** So many different contents of one act by one person are told apart in a round. */
const mostContents = 20;

/** A round that has just begun. */
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
  // Of a request that came again it matters which one that was.
  const again = problem?.code === "already_requested" ? requestId : undefined;
  const where = [number?.connectionId, number?.numberId, connection?.id];
  return JSON.stringify([whose, content, again, ...what, ...where]);
}
