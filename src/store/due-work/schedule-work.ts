import { leaseMs, type WorkItem } from "../../domain/ports/work-queue.ts";
import type { Values, Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** A piece of work of the workspace to schedule. */
export interface ScheduledWork extends Omit<WorkItem, "workspaceId"> {
  /** Work of one lane takes turns; a lane for each workspace unless given. */
  readonly lane?: string | undefined;
  /** Now unless given. */
  readonly dueAt?: Date | undefined;
  /** The server that does it right away, as its own claim. */
  readonly claimedBy?: string | undefined;
}

/** The id of this process among those that use the database. */
export interface Claimant {
  readonly replicaId?: string | undefined;
}

/** The claimant of a process that has no id, because no other one uses its database. */
export const claimantOf = ({ replicaId = "alone" }: Claimant): string => replicaId;

/** Schedules work within the current transaction, or schedules it again. A server that has claimed it keeps its claim. */
export function* scheduleWork(db: WorkspaceDatabase, work: ScheduledWork): Work<void> {
  const { kind, itemId, lane = "", dueAt, claimedBy } = work;
  const values: Values = { kind, itemId, lane };
  const due = dueAt ? "@dueAt" : "@clockMs";
  const timed = dueAt ? { ...values, dueAt: dueAt.getTime() } : values;
  if (claimedBy === undefined) yield* db.send(scheduleSql(due), timed);
  else yield* db.send(ownSql(due), { ...timed, claimedBy, leaseMs });
}

/**
 * Makes work due now, and schedules it if it is not. A server that does it at this moment must see what the current transaction
 * writes, because it does not look once more.
 */
export function* scheduleNow(
  db: WorkspaceDatabase,
  work: Omit<ScheduledWork, "dueAt" | "claimedBy">,
): Work<void> {
  const { kind, itemId, lane = "" } = work;
  yield* db.send(scheduleNowSql, { kind, itemId, lane });
}

/** Makes work due now if it is scheduled. A server that does it at this moment looks once more after that. */
export function* hastenIfScheduled(db: WorkspaceDatabase, item: Omit<WorkItem, "workspaceId">): Work<void> {
  const { kind, itemId } = item;
  yield* db.send(hastenIfScheduledSql, { kind, itemId });
}

/** Removes work within the current transaction. */
export function* cancelWork(db: WorkspaceDatabase, item: Omit<WorkItem, "workspaceId">): Work<void> {
  const { kind, itemId } = item;
  yield* db.send(cancelSql, { kind, itemId });
}

/** Removes work that nobody has begun, within the current transaction. What was begun is tried again, and sees what is written. */
export function* cancelUnbegunWork(db: WorkspaceDatabase, item: Omit<WorkItem, "workspaceId">): Work<void> {
  const { kind, itemId } = item;
  yield* db.send(cancelUnbegunSql, { kind, itemId });
}

const scheduleSql = (due: "@dueAt" | "@clockMs") =>
  `INSERT INTO work_items VALUES (@kind, @workspaceId, @itemId, @lane, ${due}, 1, NULL, NULL, 0)
  ON CONFLICT (kind, workspace_id, item_id) DO UPDATE
  SET lane = excluded.lane, due_at = excluded.due_at, version = work_items.version + 1` as const;

const scheduleNowSql =
  `INSERT INTO work_items VALUES (@kind, @workspaceId, @itemId, @lane, @clockMs, 1, NULL, NULL, 0)
  ON CONFLICT (kind, workspace_id, item_id) DO UPDATE SET due_at = excluded.due_at` as const;

const hastenIfScheduledSql = `UPDATE work_items SET due_at = @clockMs, version = version + 1
  WHERE kind = @kind AND workspace_id = @workspaceId AND item_id = @itemId` as const;

const ownSql = (due: "@dueAt" | "@clockMs") =>
  `INSERT INTO work_items
  VALUES (@kind, @workspaceId, @itemId, @lane, ${due}, 1, @claimedBy, @clockMs + @leaseMs, 1)
  ON CONFLICT (kind, workspace_id, item_id) DO UPDATE
  SET lane = excluded.lane, due_at = excluded.due_at, version = work_items.version + 1,
    claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until` as const;

const cancelSql =
  "DELETE FROM work_items WHERE kind = @kind AND workspace_id = @workspaceId AND item_id = @itemId";
const cancelUnbegunSql = `${cancelSql} AND attempts = 0` as const;
