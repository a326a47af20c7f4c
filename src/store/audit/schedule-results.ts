import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { isFinal } from "../../domain/changes/change-record.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";

/** The kinds that tell how a run ended. */
const runEnds: ReadonlySet<string> = new Set([
  "failover.held",
  "failover.returned",
  "failover.ended",
  "failover.stopped",
]);

/** The result of a run or a change for an incident concerns the alerts that opened it. */
export function* scheduleResult(db: WorkspaceDatabase, event: AuditEvent, sequence: number): Work<void> {
  const { kind, details, outcome } = event;
  const incident = details?.incident;
  if (incident === undefined || outcome === "refused") return;
  const isOwnChange = kind === "change.outcome" && details?.run === undefined && isFinal(event);
  if (!isOwnChange && !runEnds.has(kind)) return;
  // It is written back into the timeline of its source, if that has a token.
  if (yield* db.row(takesNotesSql, { incident }))
    yield* scheduleWork(db, { kind: "alert_note", itemId: String(sequence) });
  yield* scheduleResolved(db, incident);
}

/** Everything that was switched for an incident may be back: looks at the alerts of it that are resolved. */
export function* scheduleResolved(db: WorkspaceDatabase, incident: string): Work<void> {
  for (const { id } of yield* db.rows<{ id: string }>(resolvedSql, { incident }))
    yield* scheduleWork(db, { kind: "alert_proposal", itemId: id });
}

const takesNotesSql: WorkspaceSql = `SELECT 1 FROM proposals p
  JOIN hooks h ON h.workspace_id = p.workspace_id AND h.id = p.hook_id
  WHERE p.workspace_id = @workspaceId AND p.incident = @incident AND h.has_note_token = 1 LIMIT 1`;
const resolvedSql: WorkspaceSql = `SELECT id FROM proposals
  WHERE workspace_id = @workspaceId AND incident = @incident AND state = 'resolved' ORDER BY made_at, id`;
