import { rows, type Database } from "../database/database.ts";
import { workspaceDatabase } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";
import { findSql, type Row } from "./webhook-rows.ts";

/**
 * See `Store`. A webhook that is being sent to meanwhile is looked at once more after that. One that fails has its next
 * attempt scheduled.
 */
export async function scheduleWebhooks(database: Database): Promise<number> {
  const found = await database.read(rows<{ workspaceId: string; id: string }>(newsSql));
  for (const { workspaceId, id } of found) {
    const db = workspaceDatabase(database, workspaceId);
    await db.write(function* () {
      // Somebody may have removed or paused it since.
      const row = yield* db.row<Row>(findSql, { id });
      if (row?.state === "active") yield* scheduleWork(db, { kind: "webhook", itemId: id });
    });
  }
  return found.length;
}

const newsSql = `SELECT workspace_id AS "workspaceId", id FROM webhooks w
  WHERE state = 'active' AND failing_since IS NULL AND EXISTS (SELECT 1 FROM audit_entries e
    WHERE e.workspace_id = w.workspace_id AND e.sequence > w.sequence)
  ORDER BY workspace_id, id`;
