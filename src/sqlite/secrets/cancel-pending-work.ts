import type { Approval } from "../../domain/approval.ts";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { CancelledWork } from "../../domain/installations.ts";
import { approvalFromRow, type ApprovalRow } from "../workflow/approvals.ts";
import { changeRecords } from "../audit/audit-log.ts";
import { changeSql } from "../audit/audit-query.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";

/**
 * Ends, within the transaction of whoever calls, all that a workspace had still to be done by itself: ends of changes,
 * requests for approval, reverts that are shown or under way. Returns what was open.
 */
export function cancelPendingWork(db: SqliteDatabase, workspaceId: string): CancelledWork {
  const timed = timedChanges(db, workspaceId);
  const approvals = openApprovals(db, workspaceId);
  const reverts = prepared<{ id: string; incident: string }>(
    db,
    "SELECT id, incident FROM reverts WHERE workspace_id = ? AND state = 'running' ORDER BY made_at, id",
  ).all(workspaceId);
  const statements = [
    // A look that is under way knows an older revision, so that it writes nothing over this.
    "UPDATE timed_changes SET state = 'over', revision = revision + 1 WHERE workspace_id = ? AND state <> 'over'",
    "UPDATE approvals SET state = 'expired' WHERE workspace_id = ? AND state = 'open'",
    "UPDATE approvals SET state = 'over' WHERE workspace_id = ? AND state = 'approved'",
    "UPDATE reverts SET state = 'done' WHERE workspace_id = ? AND state <> 'done'",
  ];
  for (const sql of statements) prepared(db, sql).run(workspaceId);
  return { timed, approvals, reverts };
}

function timedChanges(db: SqliteDatabase, workspaceId: string): readonly ChangeRecord[] {
  const sql =
    "SELECT change_id AS changeId FROM timed_changes WHERE workspace_id = ? AND state <> 'over' ORDER BY ends_at, change_id";
  return prepared<{ changeId: string }>(db, sql)
    .all(workspaceId)
    .flatMap(({ changeId }) => changeRecords(db, workspaceId, changeSql, { changeId }));
}

/** Those that are open, or approved and without a change on record. */
function openApprovals(db: SqliteDatabase, workspaceId: string): readonly Approval[] {
  const sql =
    "SELECT * FROM approvals WHERE workspace_id = ? AND state IN ('open', 'approved') ORDER BY rowid";
  return prepared<ApprovalRow>(db, sql)
    .all(workspaceId)
    .map(approvalFromRow)
    .filter(
      ({ asked: { changeId } }) => changeRecords(db, workspaceId, changeSql, { changeId }).length === 0,
    );
}
