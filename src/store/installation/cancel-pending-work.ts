import { isRunApproval, type Approval, type RunApproval } from "../../domain/changes/approval.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { CancelledWork } from "../../domain/ports/installations.ts";
import { approvalFromRow, type ApprovalRow } from "../workflow/approvals.ts";
import type { StoreDeps } from "../audit/append-entry.ts";
import { changeRecords } from "../audit/audit-log.ts";
import { changeSql, openChangesSql } from "../audit/audit-query.ts";
import type { Work } from "../database/database.ts";
import { liveRunsSql, parseRun, parseStatus } from "../runs/run-rows.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** The most pending work that is cancelled at once: with its entries it blocks the process for some 10 milliseconds. */
const batchSize = 50;

/** A batch of cancelled work. */
export interface CancelledBatch extends CancelledWork {
  /** Whether nothing is pending any more. */
  readonly isLast: boolean;
}

/**
 * Cancels, within the current transaction, a batch of the pending work of a workspace: expiries, approval requests,
 * changes without a known outcome, and last the runs that are not over. Returns what was pending.
 * `afterSequence` is the newest change of the batch before.
 */
export function* cancelPendingWork(
  db: WorkspaceDatabase,
  sources: Pick<StoreDeps, "people">,
  afterSequence: number,
): Work<CancelledBatch> {
  const timed = yield* cancelTimedChanges(db, sources, batchSize);
  const approvals = yield* cancelApprovals(db, sources, batchSize - timed.count);
  const left = batchSize - timed.count - approvals.count;
  const unsettled = yield* changeRecords(db, sources, openChangesSql, { after: afterSequence, limit: left });
  const isLast = unsettled.length < left;
  return {
    timed: timed.cancelled,
    approvals: approvals.cancelled,
    unsettled,
    runs: isLast ? yield* cancelRuns(db) : [],
    isLast,
  };
}

/** What was cancelled and has to be reported, and the number of rows that it took. */
interface Cancelled<Item> {
  readonly cancelled: readonly Item[];
  readonly count: number;
}

function* cancelTimedChanges(
  db: WorkspaceDatabase,
  sources: Pick<StoreDeps, "people">,
  most: number,
): Work<Cancelled<ChangeRecord>> {
  const ids = yield* db.rows<{ id: string }>(
    `SELECT change_id AS id FROM timed_changes WHERE workspace_id = @workspaceId AND state <> 'over'
      ORDER BY ends_at, change_id LIMIT @most`,
    { most },
  );
  // A running `processExpiry` has an older revision, so it cannot overwrite this.
  const sql = `UPDATE timed_changes SET state = 'over', revision = revision + 1
    WHERE workspace_id = @workspaceId AND change_id = @changeId`;
  const cancelled: ChangeRecord[] = [];
  for (const { id: changeId } of ids) {
    yield* db.run(sql, { changeId });
    cancelled.push(...(yield* changeRecords(db, sources, changeSql, { changeId })));
  }
  return { cancelled, count: ids.length };
}

/** Reports an approved change only if no change was recorded for it. */
function* cancelApprovals(
  db: WorkspaceDatabase,
  sources: Pick<StoreDeps, "people">,
  most: number,
): Work<Cancelled<Approval>> {
  const rows = yield* db.rows<ApprovalRow>(
    `SELECT * FROM approvals WHERE workspace_id = @workspaceId AND state IN ('open', 'approved')
      ORDER BY rowid LIMIT @most`,
    { most },
  );
  const sql = `UPDATE approvals SET state = CASE WHEN state = 'open' THEN 'expired' ELSE 'over' END
    WHERE workspace_id = @workspaceId AND id = @id`;
  const cancelled: Approval[] = [];
  for (const row of rows) {
    yield* db.run(sql, { id: row.id });
    const approval = approvalFromRow(row);
    if (isRunApproval(approval)) {
      if (approval.state === "open" || !(yield* hasBegun(db, approval))) cancelled.push(approval);
      continue;
    }
    const { changeId } = approval.asked;
    if ((yield* changeRecords(db, sources, changeSql, { changeId })).length === 0) cancelled.push(approval);
  }
  return { cancelled, count: rows.length };
}

/** Whether an approved run has begun: then the run itself is reported. */
function* hasBegun(db: WorkspaceDatabase, { id, asked }: RunApproval): Work<boolean> {
  const found = yield* db.row<{ status: string }>(statusSql, { runId: asked.runId });
  return found !== undefined && parseStatus(found.status).approval === id;
}

const statusSql = "SELECT status FROM runs WHERE workspace_id = @workspaceId AND id = @runId";

function* cancelRuns(db: WorkspaceDatabase): Work<CancelledWork["runs"]> {
  const live = yield* db.rows(liveRunsSql);
  yield* db.run(
    "UPDATE runs SET state = 'stopped' WHERE workspace_id = @workspaceId AND state NOT IN ('stopped', 'done')",
  );
  // A server that executes a run may have scheduled some since the removal began.
  yield* db.run(
    "DELETE FROM work_items WHERE workspace_id = @workspaceId AND kind IN ('run', 'run_reminder')",
  );
  return live.map((row) => parseRun(row));
}
