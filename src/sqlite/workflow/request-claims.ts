import type { PendingNotification } from "../../domain/notification.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { keepNotification, type Keeping } from "./notifications.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** Slack retries an event for 5 minutes, and a signed request can be replayed as long; a day is ample. */
const keptMs = 24 * 60 * 60 * 1_000;

/** The claimed request ids of one workspace. */
export interface RequestClaims {
  /**
   * True the first time, and then the pending notification is stored; false for a duplicate within a day. Throws
   * not_recorded if it cannot be written.
   */
  claim(requestId: string, pending?: PendingNotification): Promise<boolean>;
}

/** The claimed request ids of one workspace, stored for a day. Each claim removes a few older ones of any workspace. */
export function sqliteRequestClaims(
  db: SqliteDatabase,
  workspaceId: string,
  { now, removable }: Keeping,
): RequestClaims {
  return {
    async claim(requestId, pending) {
      return writeTransaction(db, () => {
        const at = now();
        const atMs = at.getTime();
        const before = removable(keptMs);
        if (before) prepared(db, forgetSql).run(before.getTime());
        const sql = "INSERT INTO claimed_requests VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        const isFirst = prepared(db, sql).run(workspaceId, requestId, atMs).changes === 1;
        if (isFirst && pending) keepNotification(db, workspaceId, pending, { now, removable });
        return isFirst;
      });
    },
  };
}

// A few at a time, so that no single claim removes a whole day of ids.
const forgetSql = `DELETE FROM claimed_requests WHERE (workspace_id, request_id) IN (
  SELECT workspace_id, request_id FROM claimed_requests WHERE at_ms < ? ORDER BY at_ms LIMIT 20)`;
