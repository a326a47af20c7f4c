import { drift, type Drifts, type SeenDrift } from "../../domain/changes/drift.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { recordWith, type StoreDeps } from "../audit/append-entry.ts";
import type { Values } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface Row {
  readonly finding: string;
  readonly seen_at: string;
}

const ofNumber = "workspace_id = @workspaceId AND connection_id = @connectionId AND number_id = @numberId";
/** More than any workspace has. */
const all = 1_000_000;

/** The drift of one workspace. */
export function storedDrifts(db: WorkspaceDatabase, sources: StoreDeps): Drifts {
  const rows = async (where: string, values: Values = {}): Promise<SeenDrift[]> => {
    const found: SeenDrift[] = [];
    const read = await db.all<Row>(
      `SELECT finding, seen_at FROM drift_findings WHERE workspace_id = @workspaceId ${where}`,
      values,
    );
    await forEachInBatches(
      read,
      ({ finding, seen_at: seenAt }) => found.push({ drift: drift.parse(JSON.parse(finding)), seenAt }),
      smallBatchSize,
    );
    return found;
  };
  const inOrder = "ORDER BY seen_at, connection_id, number_id";
  return {
    list: async ({ connectionId, most = all } = {}) =>
      connectionId === undefined
        ? rows(`${inOrder} LIMIT @most`, { most })
        : rows(`AND connection_id = @connectionId ${inOrder} LIMIT @most`, { connectionId, most }),
    count: async () => {
      const sql = "SELECT count(*) AS count FROM drift_findings WHERE workspace_id = @workspaceId";
      return (await db.first<{ count: number }>(sql))?.count ?? 0;
    },
    unreported: async () => rows(`AND said = 0 ${inOrder} LIMIT 50`),
    forgetDisconnected: async () => {
      // A write without changes would still go to the disk.
      if ((await db.first(`SELECT 1 ${disconnected} LIMIT 1`)) === undefined) return;
      await db.write(() => db.run(`DELETE ${disconnected}`));
    },
    see: async (found, event) => {
      const { connectionId, numberId } = found.key;
      await recordWith(db, sources, event, () =>
        db.run(seeSql, {
          connectionId,
          numberId,
          finding: JSON.stringify(found),
          at: sources.now().toISOString(),
        }),
      );
    },
    forget: async ({ connectionId, numberId }) => {
      const sql = `DELETE FROM drift_findings WHERE ${ofNumber}` as const;
      await db.write(() => db.run(sql, { connectionId, numberId }));
    },
    markReported: async (found) => {
      await db.write(function* () {
        // Only these findings, not newer ones of the same numbers.
        const sql = `UPDATE drift_findings SET said = 1 WHERE ${ofNumber} AND seen_at = @seenAt` as const;
        for (const { drift: one, seenAt } of found) {
          const { connectionId, numberId } = one.key;
          yield* db.run(sql, { connectionId, numberId, seenAt });
        }
      });
    },
  };
}

const disconnected = `FROM drift_findings WHERE workspace_id = @workspaceId
  AND connection_id NOT IN (SELECT id FROM connections WHERE workspace_id = @workspaceId)`;
const seeSql = `INSERT INTO drift_findings VALUES (@workspaceId, @connectionId, @numberId, @finding, @at, 0)
  ON CONFLICT (workspace_id, connection_id, number_id) DO UPDATE
  SET finding = excluded.finding, seen_at = excluded.seen_at, said = 0`;
