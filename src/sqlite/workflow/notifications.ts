import type { Removable } from "../../domain/age.ts";
import type { PendingNotification, PendingNotifications } from "../../domain/notification.ts";
import { replyTarget } from "../../domain/reply-target.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** How long a notification is stored, in milliseconds. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** The time of a write, and what may be removed with it. */
export interface Keeping {
  now(): Date;
  readonly removable: Removable;
}

/** The pending notifications of one workspace. Adding one removes those older than a week. */
export function sqliteNotifications(
  db: SqliteDatabase,
  workspaceId: string,
  keeping: Keeping,
): PendingNotifications {
  return {
    keep: async (changeId, what) => {
      await writeTransaction(db, () =>
        keepNotification(db, workspaceId, { changeId, replyTo: what }, keeping),
      );
    },
    find: async (changeId) => {
      const row = prepared<{ said: string }>(
        db,
        "SELECT said FROM said_changes WHERE workspace_id = ? AND change_id = ?",
      ).get(workspaceId, changeId);
      return row && replyTarget.parse(JSON.parse(row.said));
    },
    forget: async (changeId) => {
      await writeTransaction(db, () => {
        const sql = "DELETE FROM said_changes WHERE workspace_id = ? AND change_id = ?";
        prepared(db, sql).run(workspaceId, changeId);
      });
    },
    pending: async () => {
      const sql = "SELECT change_id AS id FROM said_changes WHERE workspace_id = ? ORDER BY at";
      return prepared<{ id: string }>(db, sql)
        .all(workspaceId)
        .map(({ id }) => id);
    },
  };
}

/** Stores a pending notification within the current transaction, and removes old ones. */
export function keepNotification(
  db: SqliteDatabase,
  workspaceId: string,
  { changeId, replyTo: what }: PendingNotification,
  { now, removable }: Keeping,
): void {
  const before = removable(keptMs);
  if (before) prepared(db, "DELETE FROM said_changes WHERE at < ?").run(before.toISOString());
  prepared(db, "INSERT OR REPLACE INTO said_changes VALUES (?, ?, ?, ?)").run(
    workspaceId,
    changeId,
    JSON.stringify(what),
    now().toISOString(),
  );
}
