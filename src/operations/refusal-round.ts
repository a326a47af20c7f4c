import { actorText } from "../domain/actor.ts";
import type { AuditEvent } from "../domain/audit-log.ts";

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
 * Refusals of a few minutes, so that somebody who goes on trying cannot fill the audit log: of the same act by the same
 * person the first has an entry of its own, and the rest are counted. A refused change always has its own. Kept in memory.
 */
export interface RefusalRound {
  /** Notes a refusal. Returns whether it is to be written down now. */
  note(workspaceId: string, event: AuditEvent, act?: string): boolean;
  /** Ends the round and gives everything that was refused in it. */
  end(): readonly CountedRefusal[];
}

/** So many different refusals are counted in a round; what comes beyond is written down one by one. */
const mostKinds = 5000;

/** A round that has just begun. */
export function refusalRound(): RefusalRound {
  let noted = new Map<string, CountedRefusal>();
  return {
    note: (workspaceId, event, act) => {
      const folded = event.kind !== "change.refused";
      const key = keyOf(workspaceId, event, act);
      const before = noted.get(key);
      if (!before && noted.size >= mostKinds) return true;
      noted.set(key, { workspaceId, event, count: (before?.count ?? 0) + 1, folded });
      return !before || !folded;
    },
    end: () => {
      const ended = [...noted.values()];
      noted = new Map();
      return ended;
    },
  };
}

function keyOf(workspaceId: string, event: AuditEvent, act: string | undefined): string {
  const { kind, actor, problem, change, number, connection, reason, changeId, details, requestId } = event;
  const what = [kind, problem?.code, problem?.message, change, reason, changeId, details];
  // Of a request that came again it matters which one that was.
  const again = problem?.code === "already_requested" ? requestId : undefined;
  const where = [number?.connectionId, number?.numberId, connection?.id];
  return JSON.stringify([workspaceId, actorText(actor), act, again, ...what, ...where]);
}
