import { drift, type Drifts, type SeenDrift } from "../domain/drift.ts";
import { writeWithEntry, type AuditSources } from "./audit-log.ts";
import { prepared, type SqliteDatabase } from "./database.ts";
import { writeTransaction } from "./write-transaction.ts";

interface Row {
  readonly finding: string;
  readonly seen_at: string;
}

const ofNumber = "workspace_id = ? AND connection_id = ? AND number_id = ?";

/** What was found of the numbers of one workspace. */
export function sqliteDrifts(db: SqliteDatabase, workspaceId: string, sources: AuditSources): Drifts {
  const rows = (where: string): SeenDrift[] =>
    prepared<Row>(
      db,
      `SELECT finding, seen_at FROM drift_findings WHERE workspace_id = ?${where} ORDER BY seen_at, connection_id, number_id`,
    )
      .all(workspaceId)
      .map(({ finding, seen_at: seenAt }) => ({ drift: drift.parse(JSON.parse(finding)), seenAt }));
  return {
    list: async () => rows(""),
    unsaid: async () => rows(" AND said = 0"),
    see: async (found, event) => {
      await writeWithEntry(db, workspaceId, sources, () => {
        const { connectionId, numberId } = found.key;
        const at = sources.now().toISOString();
        prepared(db, "INSERT OR REPLACE INTO drift_findings VALUES (?, ?, ?, ?, ?, 0)").run(
          workspaceId,
          connectionId,
          numberId,
          JSON.stringify(found),
          at,
        );
        return { event, result: undefined };
      });
    },
    forget: async ({ connectionId, numberId }) => {
      await writeTransaction(db, () =>
        prepared(db, `DELETE FROM drift_findings WHERE ${ofNumber}`).run(workspaceId, connectionId, numberId),
      );
    },
    noteSaid: async (found) => {
      await writeTransaction(db, () => {
        // Of what was found, and not of what may have been found since.
        const sql = `UPDATE drift_findings SET said = 1 WHERE ${ofNumber} AND seen_at = ?`;
        for (const {
          drift: { key },
          seenAt,
        } of found)
          prepared(db, sql).run(workspaceId, key.connectionId, key.numberId, seenAt);
      });
    },
  };
}
