import type { AnnouncementCursor } from "../../domain/notifications/announcement-cursor.ts";
import { rows, type Database, type Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { addToOutbox } from "./outbox.ts";

/** The announcement cursor of one workspace. */
export function storedAnnouncementCursor(db: WorkspaceDatabase, now: () => Date): AnnouncementCursor {
  return {
    position: async () => {
      const sql = "SELECT sequence FROM announced WHERE workspace_id = @workspaceId";
      return (await db.first<{ sequence: number }>(sql))?.sequence;
    },
    advance: async (sequence, said) => {
      await db.write(function* () {
        const sql =
          "UPDATE announced SET sequence = @sequence WHERE workspace_id = @workspaceId AND sequence < @sequence";
        const moved = yield* db.run(sql, { sequence });
        if (said && moved === 1) yield* addToOutbox(db, said, now());
      });
    },
  };
}

/** Restarts announcing with the next entry, or stops it. Runs within the transaction that changes the channel. */
export function* restartAnnouncing(db: WorkspaceDatabase, chosen: boolean): Work<void> {
  yield* db.run("DELETE FROM announced WHERE workspace_id = @workspaceId");
  if (!chosen) return;
  yield* db.run(`INSERT INTO announced VALUES (@workspaceId,
    (SELECT coalesce(max(sequence), 0) FROM audit_entries WHERE workspace_id = @workspaceId))`);
}

/** See `Store`. One statement, however many workspaces have nothing new. */
export async function workspacesWithUnannouncedEntries(db: Database): Promise<readonly string[]> {
  const sql = `SELECT workspace_id AS id FROM announced WHERE EXISTS (
    SELECT 1 FROM audit_entries AS entry
    WHERE entry.workspace_id = announced.workspace_id AND entry.sequence > announced.sequence)
    ORDER BY workspace_id`;
  return (await db.read(rows<{ id: string }>(sql))).map(({ id }) => id);
}
