import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";

/**
 * Releases the number of a step whose outcome was unknown, in the transaction of the entry that says what became of it. A
 * failover has no longer what its fail-back is found to have put back after it was over or stopped, nor what is found not to be
 * switched.
 */
export function* releaseFound(db: WorkspaceDatabase, event: AuditEvent): Work<void> {
  const { kind, outcome, changeId, details, number } = event;
  const run = details?.run;
  if (kind !== "change.outcome" || changeId === undefined || run === undefined || !number) return;
  const { connectionId, numberId } = number;
  if (outcome === "applied") yield* db.send(releaseReturnedSql, { run, connectionId, numberId });
  else if (outcome === "refused")
    yield* db.send(releaseRefusedSql, { run, mark: JSON.stringify({ changeId }).slice(1, -1) });
  else return;
  yield* scheduleIfReturned(db, run);
}

/**
 * Schedules the work of a failover, given by its id or that of its fail-back, that was taken back and holds no number any more,
 * so that a server ends it and reports that.
 */
export function* scheduleIfReturned(db: WorkspaceDatabase, run: string): Work<void> {
  yield* db.send(scheduleSql, { run });
}

/** Whether the failover `f` was taken back, and holds nothing any more. */
export const isReturnedSql = `f.kind IN ('failover', 'practice') AND f.state IN ('held', 'stopped')
  AND EXISTS (SELECT 1 FROM runs back WHERE back.workspace_id = f.workspace_id AND back.returns = f.id
    AND back.state IN ('done', 'stopped'))
  AND NOT EXISTS (SELECT 1 FROM run_steps held WHERE held.workspace_id = f.workspace_id AND held.run_id = f.id
    AND held.connection_id IS NOT NULL)`;

const release =
  "UPDATE run_steps SET connection_id = NULL, number_id = NULL WHERE workspace_id = @workspaceId";
const releaseReturnedSql: WorkspaceSql = `${release} AND connection_id = @connectionId AND number_id = @numberId
  AND run_id = (SELECT returns FROM runs WHERE workspace_id = @workspaceId AND id = @run AND kind = 'back'
    AND state IN ('done', 'stopped'))`;
// What is refused at once is released with its result.
const releaseRefusedSql: WorkspaceSql = `${release} AND run_id = @run AND instr(result, '"outcome":"unknown"') > 0
  AND instr(step, @mark) > 0`;
const scheduleSql: WorkspaceSql = `INSERT INTO work_items
  SELECT 'run', @workspaceId, f.id, f.id, @clockMs, 1, NULL, NULL, 0 FROM runs f
  WHERE f.workspace_id = @workspaceId
    AND f.id = (SELECT coalesce(returns, id) FROM runs WHERE workspace_id = @workspaceId AND id = @run)
    AND ${isReturnedSql}
  ON CONFLICT (kind, workspace_id, item_id) DO UPDATE
  SET due_at = excluded.due_at, version = work_items.version + 1`;
