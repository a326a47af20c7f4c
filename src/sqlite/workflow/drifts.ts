import { drift, type Drifts, type SeenDrift } from "../../domain/drift.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/event-loop.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

interface Row {
  readonly finding: string;
  readonly seen_at: string;
}

const ofNumber = "workspace_id = ? AND connection_id = ? AND number_id = ?";

/** The drift of one workspace. */
export function sqliteDrifts(db: SqliteDatabase, workspaceId: string, sources: StoreDeps): Drifts {
  const rows = async (where: string, ...values: readonly (string | number)[]): Promise<SeenDrift[]> => {
    const sql = `SELECT finding, seen_at FROM drift_findings WHERE workspace_id = ? ${where}`;
    const found: SeenDrift[] = [];
    const read = prepared<Row>(db, sql).all(workspaceId, ...values);
    await forEachInBatches(
      read,
      ({ finding, seen_at: seenAt }) => found.push({ drift: drift.parse(JSON.parse(finding)), seenAt }),
      smallBatchSize,
    );
    return found;
  };
  const inOrder = "ORDER BY seen_at, connection_id, number_id";
  return {
    list: async ({ connectionId, most = -1 } = {}) =>
      connectionId === undefined
        ? rows(`${inOrder} LIMIT ?`, most)
        : rows(`AND connection_id = ? ${inOrder} LIMIT ?`, connectionId, most),
    count: async () =>
      prepared<{ count: number }>(
        db,
        "SELECT count(*) AS count FROM drift_findings WHERE workspace_id = ?",
      ).get(workspaceId)?.count ?? 0,
    unreported: async () => rows(`AND said = 0 ${inOrder} LIMIT 50`),
    forgetDisconnected: async () => {
      const gone = `FROM drift_findings WHERE workspace_id = ?
        AND connection_id NOT IN (SELECT id FROM connections WHERE workspace_id = ?)`;
      // A write without changes would still go to the disk.
      if (prepared(db, `SELECT 1 ${gone} LIMIT 1`).get(workspaceId, workspaceId) === undefined) return;
      await writeTransaction(db, () => prepared(db, `DELETE ${gone}`).run(workspaceId, workspaceId));
    },
    see: async (found, event) => {
      await writeAudited(db, workspaceId, sources, () => {
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
    markReported: async (found) => {
      await writeTransaction(db, () => {
        // Only these findings, not newer ones of the same numbers.
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
