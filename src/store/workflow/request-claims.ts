import type { PendingNotification } from "../../domain/notifications/notification.ts";
import { aside, send } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { claimantOf, type Claimant } from "../due-work/schedule-work.ts";
import { keepNotification, type Keeping } from "./notifications.ts";

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
export function storedRequestClaims(
  db: WorkspaceDatabase,
  { now, removable, ...claimant }: Keeping & Claimant,
): RequestClaims {
  // While this process serves the request, no other one reports it.
  const work = { claimedBy: claimantOf(claimant) };
  return {
    async claim(requestId, pending) {
      return db.write(function* () {
        const atMs = now().getTime();
        const before = removable(keptMs);
        if (before) yield* send(forgetSql, { before: before.getTime() });
        const sql =
          "INSERT INTO claimed_requests VALUES (@workspaceId, @requestId, @atMs) ON CONFLICT DO NOTHING";
        const isFirst = (yield* db.run(sql, { requestId, atMs })) === 1;
        if (isFirst && pending) yield* keepNotification(db, pending, { now, removable, work });
        return isFirst;
        // Whatever the request writes makes its claim durable too.
      }, aside);
    },
  };
}

// A few at a time, so that no single claim removes a whole day of ids.
const forgetSql = `DELETE FROM claimed_requests WHERE (workspace_id, request_id) IN (
  SELECT workspace_id, request_id FROM claimed_requests WHERE at_ms < @before
  ORDER BY at_ms LIMIT 20 FOR UPDATE SKIP LOCKED)`;
