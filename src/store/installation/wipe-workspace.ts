import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { UninstallBatch, UninstallCounts, UninstallSummary } from "../../domain/ports/installations.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { rows, type Database, type Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelPendingWork } from "./cancel-pending-work.ts";
import { listConnectionsSql } from "../connections/connections.ts";

/** What the removal of one workspace needs. */
export interface Wipe {
  readonly db: WorkspaceDatabase;
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
  removeInstallation: () => Work<"removed" | "newer" | "none">,
): Promise<UninstallSummary | undefined> {
  const { db, sources } = wipe;
  const begun = await db.write(function* () {
    const removal = yield* removeInstallation();
    if (removal === "newer") return undefined;
    const connections = yield* db.rows<Connection>(listConnectionsSql);
    // Even if the installation was removed earlier: then this finishes the removal.
    if (removal === "none" && connections.length === 0 && !(yield* isInterrupted(db))) return undefined;
    yield* db.signal({ about: "installation" });
    for (const { id } of connections) yield* db.signal({ about: "connection", connectionId: id });
    const progress = yield* cancelBatch(wipe, connections, yield* removeOwned(db));
    return { connections, progress };
  });
  if (!begun) return undefined;
  db.database.scrub();
  const { connections } = begun;
  for (let { progress } = begun; ;) {
    const { counts, isLast, position } = progress;
    if (position !== undefined) sources.appended?.(db.workspaceId, position);
    if (isLast) return { connections, total: counts };
    await yieldToEventLoop();
    const before = progress;
    progress = await db.write(() => cancelBatch(wipe, [], before));
  }
}

/** The workspaces with pending work and neither an installation nor a connection. */
export async function interruptedWorkspaces(db: Database): Promise<readonly string[]> {
  return (await db.read(rows<{ id: string }>(interruptedSql))).map(({ id }) => id);
}

function* isInterrupted({ workspaceId }: WorkspaceDatabase): Work<boolean> {
  return (yield* rows<{ id: string }>(interruptedSql)).some(({ id }) => id === workspaceId);
}

/** Deletes rows that are reported only as counts. */
function* removeOwned(db: WorkspaceDatabase): Work<Pick<Progress, "counts" | "afterSequence">> {
  const remove = (table: string): Work<number> =>
    db.run(`DELETE FROM ${table} WHERE workspace_id = @workspaceId`);
  yield* remove("form_states");
  yield* remove("work_items");
  yield* remove("drift_findings");
  yield* remove("bot_tokens");
  yield* remove("short_lived_secrets");
  yield* remove("webhooks");
  yield* remove("hooks");
  yield* remove("hook_alerts");
  yield* remove("hook_deliveries");
  yield* remove("proposals");
  yield* remove("on_call_schedules");
  yield* remove("on_call_copies");
  yield* remove("api_tokens");
  yield* remove("idempotency_keys");
  const counts = {
    connections: yield* remove("connections"),
    undelivered: yield* remove("outbox"),
    unreported: yield* remove("said_changes"),
    timed: 0,
    approvals: 0,
    runs: 0,
    unsettled: 0,
  };
  return { counts, afterSequence: 0 };
}

/** Cancels a batch of pending work, with its entries, within the current transaction. */
function* cancelBatch(
  { db, sources, record }: Wipe,
  connections: readonly Connection[],
  { counts, afterSequence }: Pick<Progress, "counts" | "afterSequence">,
): Work<Progress> {
  const { isLast, ...work } = yield* cancelPendingWork(db, sources, afterSequence);
  const sum = {
    ...counts,
    timed: counts.timed + work.timed.length,
    approvals: counts.approvals + work.approvals.length,
    runs: counts.runs + work.runs.length,
    unsettled: counts.unsettled + work.unsettled.length,
  };
  let position: number | undefined;
  for (const event of record({ ...work, connections, total: isLast ? sum : undefined }))
    ({ position } = yield* appendEntry(db, event, sources));
  const newest = work.unsettled.at(-1)?.requested.sequence ?? afterSequence;
  return { counts: sum, afterSequence: newest, isLast, position };
}

const interruptedSql = `SELECT workspace_id AS id FROM (
    SELECT workspace_id FROM timed_changes WHERE state <> 'over'
    UNION SELECT workspace_id FROM approvals WHERE state IN ('open', 'approved')
    UNION SELECT workspace_id FROM open_changes
    UNION SELECT workspace_id FROM runs WHERE state IN ('running', 'paused', 'held')) pending
  WHERE workspace_id NOT IN (SELECT workspace_id FROM installations)
    AND workspace_id NOT IN (SELECT workspace_id FROM connections) ORDER BY 1`;
