import { isDeepStrictEqual } from "node:util";
import type { Removable } from "../../domain/shared/age.ts";
import type { PendingNotification, PendingNotifications } from "../../domain/notifications/notification.ts";
import { replyTarget, type ReplyTarget } from "../../domain/notifications/reply-target.ts";
import { send, type Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, scheduleWork, type ScheduledWork } from "../due-work/schedule-work.ts";

/** How long a notification is stored, in milliseconds. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** The time of a write, and what may be removed with it. */
export interface Keeping {
  now(): Date;
  readonly removable: Removable;
}

/**
 * When a change is reported again whose outcome was not known, or whose report failed, in milliseconds. Long enough for
 * the server that determines the outcome to report it, which it does at once.
 */
const againMs = 60 * 1000;

/** The pending notifications of one workspace. Adding one removes those older than a week. */
export function storedNotifications(db: WorkspaceDatabase, keeping: Keeping): PendingNotifications {
  function* find(changeId: string): Work<ReplyTarget | undefined> {
    const sql = "SELECT said FROM said_changes WHERE workspace_id = @workspaceId AND change_id = @changeId";
    const kept = yield* db.row<{ said: string }>(sql, { changeId });
    return kept && replyTarget.parse(JSON.parse(kept.said));
  }
  return {
    keep: async (changeId, what) => {
      const dueAt = new Date(keeping.now().getTime() + againMs);
      await db.write(() =>
        keepNotification(db, { changeId, replyTo: what }, { ...keeping, work: { dueAt } }),
      );
    },
    find: async (changeId) => db.read(find(changeId)),
    forget: async (changeId, reportedTo) => {
      const sql = "DELETE FROM said_changes WHERE workspace_id = @workspaceId AND change_id = @changeId";
      return db.write(function* () {
        const replyTo = yield* find(changeId);
        if (reportedTo && replyTo && !isDeepStrictEqual(replyTo, reportedTo)) return false;
        yield* db.send(sql, { changeId });
        yield* cancelWork(db, { kind: "notification", itemId: changeId });
        return true;
      });
    },
    pending: async () => {
      const sql = "SELECT change_id AS id FROM said_changes WHERE workspace_id = @workspaceId ORDER BY at";
      return (await db.all<{ id: string }>(sql)).map(({ id }) => id);
    },
  };
}

/** Stores a pending notification within the current transaction with the work of reporting it, and removes old ones. */
export function* keepNotification(
  db: WorkspaceDatabase,
  { changeId, replyTo: what }: PendingNotification,
  { now, removable, work }: Keeping & { readonly work: Pick<ScheduledWork, "dueAt" | "claimedBy"> },
): Work<void> {
  yield* scheduleWork(db, { kind: "notification", itemId: changeId, ...work });
  const before = removable(keptMs);
  if (before) yield* send(forgetSql, { before: before.toISOString() });
  yield* db.send(keepSql, { changeId, said: JSON.stringify(what), at: now().toISOString() });
}

const forgetSql = `DELETE FROM said_changes WHERE (workspace_id, change_id) IN (
  SELECT workspace_id, change_id FROM said_changes WHERE at < @before FOR UPDATE SKIP LOCKED)`;
const keepSql = `INSERT INTO said_changes VALUES (@workspaceId, @changeId, @said, @at)
  ON CONFLICT (workspace_id, change_id) DO UPDATE SET said = excluded.said, at = excluded.at`;
