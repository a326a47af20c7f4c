import type { AnnouncementCursor } from "../../domain/announcement-cursor.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { addToOutbox } from "./outbox.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** The announcement cursor of one workspace. */
export function sqliteAnnouncementCursor(
  db: SqliteDatabase,
  workspaceId: string,
  now: () => Date,
): AnnouncementCursor {
  return {
    position: async () =>
      prepared<{ sequence: number }>(db, "SELECT sequence FROM announced WHERE workspace_id = ?").get(
        workspaceId,
      )?.sequence,
    advance: async (sequence, said) => {
      await writeTransaction(db, () => {
        const sql = "UPDATE announced SET sequence = ? WHERE workspace_id = ? AND sequence < ?";
        const { changes } = prepared(db, sql).run(sequence, workspaceId, sequence);
        if (said && changes === 1) addToOutbox(db, workspaceId, said, now());
      });
    },
  };
}

/** Restarts announcing with the next entry, or stops it. Runs within the transaction that changes the channel. */
export function restartAnnouncing(db: SqliteDatabase, workspaceId: string, chosen: boolean): void {
  prepared(db, "DELETE FROM announced WHERE workspace_id = ?").run(workspaceId);
  if (!chosen) return;
  const sql = "INSERT INTO announced SELECT ?, coalesce(max(sequence), 0) FROM audit_entries";
  prepared(db, sql).run(workspaceId);
}

/** The workspaces with an announcements channel. */
export function announcingWorkspaces(db: SqliteDatabase): readonly string[] {
  const sql = "SELECT workspace_id AS id FROM announced ORDER BY workspace_id";
  return prepared<{ id: string }>(db, sql)
    .all()
    .map(({ id }) => id);
}
