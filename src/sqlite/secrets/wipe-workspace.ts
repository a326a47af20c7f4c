import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { AuditEvent } from "../../domain/audit-log.ts";
import type { Connection } from "../../domain/connections.ts";
import type { UninstallBatch, UninstallCounts, UninstallSummary } from "../../domain/installations.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { emptyWriteAheadLog, prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";
import { cancelPendingWork } from "./cancel-pending-work.ts";
import { connectionColumns } from "./connections.ts";

/** What the removal of one workspace needs. */
export interface Wipe {
  readonly db: SqliteDatabase;
  readonly key: string;
  readonly sources: StoreDeps;
  readonly record: (batch: UninstallBatch) => readonly AuditEvent[];
}

/** What was cancelled so far, and where the next batch begins. */
interface Progress {
  readonly counts: UninstallCounts;
  readonly afterSequence: number;
  readonly isLast: boolean;
  /** The newest audit entry of the batch. */
  readonly position: number | undefined;
}

/**
 * See `Installations.wipe`. The keys go first, so that a process that ends on the way leaves only pending work that nobody
 * can do any more.
 */
export async function wipeWorkspace(
  wipe: Wipe,
  removeInstallation: () => "removed" | "newer" | "none",
): Promise<UninstallSummary | undefined> {
  const { db, key, sources } = wipe;
  const begun = await writeTransaction(db, () => {
    const became = removeInstallation();
    if (became === "newer") return undefined;
    const sql = `SELECT ${connectionColumns} FROM connections WHERE workspace_id = ? ORDER BY name_key`;
    const connections = prepared<Connection>(db, sql).all(key);
    // Also if the installation was removed earlier: then this finishes the removal.
    if (became === "none" && connections.length === 0 && !interruptedWorkspaces(db).includes(key))
      return undefined;
    return { connections, progress: cancelBatch(wipe, connections, removeOwned(db, key)) };
  });
  if (!begun) return undefined;
  emptyWriteAheadLog(db);
  const { connections } = begun;
  for (let { progress } = begun; ;) {
    const { counts, isLast, position } = progress;
    if (position !== undefined) sources.appended?.(key, position);
    if (isLast) return { connections, total: counts };
    await yieldToEventLoop();
    const before = progress;
    progress = await writeTransaction(db, () => cancelBatch(wipe, [], before));
  }
}

/** The workspaces with pending work and neither an installation nor a connection. */
export function interruptedWorkspaces(db: SqliteDatabase): readonly string[] {
  return prepared<{ id: string }>(db, interruptedSql)
    .all()
    .map(({ id }) => id);
}

/** Deletes what is told of in numbers alone. */
function removeOwned(db: SqliteDatabase, key: string): Pick<Progress, "counts" | "afterSequence"> {
  const remove = (table: string): number =>
    prepared(db, `DELETE FROM ${table} WHERE workspace_id = ?`).run(key).changes;
  remove("form_states");
  const counts = {
    connections: remove("connections"),
    undelivered: remove("outbox"),
    unreported: remove("said_changes"),
    timed: 0,
    approvals: 0,
    reverts: 0,
    unsettled: 0,
  };
  return { counts, afterSequence: 0 };
}

/** Cancels a batch of pending work, with its entries, within the current transaction. */
function cancelBatch(
  { db, key, sources, record }: Wipe,
  connections: readonly Connection[],
  { counts, afterSequence }: Pick<Progress, "counts" | "afterSequence">,
): Progress {
  const { isLast, ...work } = cancelPendingWork(db, key, afterSequence);
  const sum = {
    ...counts,
    timed: counts.timed + work.timed.length,
    approvals: counts.approvals + work.approvals.length,
    reverts: counts.reverts + work.reverts.length,
    unsettled: counts.unsettled + work.unsettled.length,
  };
  let position: number | undefined;
  for (const event of record({ ...work, connections, total: isLast ? sum : undefined }))
    ({ position } = appendEntry(db, key, event, sources));
  const newest = work.unsettled.at(-1)?.requested.sequence ?? afterSequence;
  return { counts: sum, afterSequence: newest, isLast, position };
}

const interruptedSql = `SELECT workspace_id AS id FROM (
    SELECT workspace_id FROM timed_changes WHERE state <> 'over'
    UNION SELECT workspace_id FROM approvals WHERE state IN ('open', 'approved')
    UNION SELECT workspace_id FROM open_changes
    UNION SELECT workspace_id FROM reverts WHERE state = 'running')
  WHERE workspace_id NOT IN (SELECT workspace_id FROM installations)
    AND workspace_id NOT IN (SELECT workspace_id FROM connections) ORDER BY 1`;
