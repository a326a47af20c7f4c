import type { Approval } from "../../domain/approval.ts";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { CancelledWork } from "../../domain/installations.ts";
import { approvalFromRow, type ApprovalRow } from "../workflow/approvals.ts";
import { changeRecords } from "../audit/audit-log.ts";
import { changeSql, openChangesSql } from "../audit/audit-query.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";

/** The most pending work that is cancelled at once: with its entries it blocks the process for some 10 milliseconds. */
const batchSize = 50;

/** A batch of cancelled work. */
export interface CancelledBatch extends CancelledWork {
  /** Whether nothing is pending any more. */
  readonly isLast: boolean;
}

/**
 * Cancels, within the current transaction, a batch of the pending work of a workspace: expiries, approval requests,
 * changes without a known outcome, and last the reverts that are shown or running. Returns what was pending.
 * `afterSequence` is the newest change of the batch before.
 */
export function cancelPendingWork(
  db: SqliteDatabase,
  workspaceId: string,
  afterSequence: number,
): CancelledBatch {
  const timed = cancelTimedChanges(db, workspaceId, batchSize);
  const approvals = cancelApprovals(db, workspaceId, batchSize - timed.count);
  const left = batchSize - timed.count - approvals.count;
  const unsettled = changeRecords(db, workspaceId, openChangesSql, { after: afterSequence, limit: left });
  const isLast = unsettled.length < left;
  return {
    timed: timed.cancelled,
    approvals: approvals.cancelled,
    unsettled,
    reverts: isLast ? cancelReverts(db, workspaceId) : [],
    isLast,
  };
}

/** What was cancelled and is told of, and how many rows it took. */
interface Cancelled<Item> {
  readonly cancelled: readonly Item[];
  readonly count: number;
}

function cancelTimedChanges(db: SqliteDatabase, workspaceId: string, most: number): Cancelled<ChangeRecord> {
  const ids = prepared<{ changeId: string }>(
    db,
    `SELECT change_id AS changeId FROM timed_changes WHERE workspace_id = ? AND state <> 'over'
      ORDER BY ends_at, change_id LIMIT ?`,
  ).all(workspaceId, most);
  // A running `processExpiry` has an older revision, so it cannot overwrite this.
  const sql =
    "UPDATE timed_changes SET state = 'over', revision = revision + 1 WHERE workspace_id = ? AND change_id = ?";
  for (const { changeId } of ids) prepared(db, sql).run(workspaceId, changeId);
  const cancelled = ids.flatMap(({ changeId }) => changeRecords(db, workspaceId, changeSql, { changeId }));
  return { cancelled, count: ids.length };
}

/** Of those that were approved, only the ones without a recorded change are told of. */
function cancelApprovals(db: SqliteDatabase, workspaceId: string, most: number): Cancelled<Approval> {
  const rows = prepared<ApprovalRow>(
    db,
    "SELECT * FROM approvals WHERE workspace_id = ? AND state IN ('open', 'approved') ORDER BY rowid LIMIT ?",
  ).all(workspaceId, most);
  const sql = `UPDATE approvals SET state = iif(state = 'open', 'expired', 'over')
    WHERE workspace_id = ? AND id = ?`;
  for (const { id } of rows) prepared(db, sql).run(workspaceId, id);
  const cancelled = rows
    .map(approvalFromRow)
    .filter(
      ({ asked: { changeId } }) => changeRecords(db, workspaceId, changeSql, { changeId }).length === 0,
    );
  return { cancelled, count: rows.length };
}

function cancelReverts(db: SqliteDatabase, workspaceId: string): CancelledWork["reverts"] {
  const running = prepared<{ id: string; incident: string }>(
    db,
    "SELECT id, incident FROM reverts WHERE workspace_id = ? AND state = 'running' ORDER BY made_at, id",
  ).all(workspaceId);
  const sql = "UPDATE reverts SET state = 'done' WHERE workspace_id = ? AND state <> 'done'";
  prepared(db, sql).run(workspaceId);
  return running;
}
