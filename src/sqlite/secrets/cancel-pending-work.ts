import type { Approval } from "../../domain/approval.ts";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { CancelledWork } from "../../domain/installations.ts";
import { approvalFromRow, type ApprovalRow } from "../workflow/approvals.ts";
import { changeRecords } from "../audit/audit-log.ts";
import { changeSql } from "../audit/audit-query.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";

/**
 * Cancels, within the current transaction, all pending work of a workspace: expiries, approval requests, and
 * reverts that are shown or running. Returns what was pending.
 */
export function cancelPendingWork(db: SqliteDatabase, workspaceId: string): CancelledWork {
  const timed = timedChanges(db, workspaceId);
  const approvals = openApprovals(db, workspaceId);
  const reverts = prepared<{ id: string; incident: string }>(
    db,
    "SELECT id, incident FROM reverts WHERE workspace_id = ? AND state = 'running' ORDER BY made_at, id",
  ).all(workspaceId);
  const statements = [
    // A running `processExpiry` has an older revision, so it cannot overwrite this.
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

/** The requests that are open, or approved and without a recorded change. */
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
