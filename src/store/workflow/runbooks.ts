import type { Runbooks } from "../../domain/access/runbook.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface Row {
  readonly connectionId: string;
  readonly numberId: string;
  readonly url: string;
}

const gone = new Error("the number has no runbook any more");

/** The runbooks of one workspace's numbers, each written together with its audit entry. */
export function storedRunbooks(db: WorkspaceDatabase, sources: StoreDeps): Runbooks {
  return {
    of: async ({ connectionId, numberId }) => {
      const [found] = await db.all<{ readonly url: string }>(readSql, { connectionId, numberId });
      return found?.url;
    },

    list: async () =>
      (await db.all<Row>(listSql)).map(({ connectionId, numberId, url }) => ({
        key: { connectionId, numberId },
        url,
      })),

    set: async ({ key: { connectionId, numberId }, url }, event) =>
      recordWith(db, sources, event, () => db.run(setSql, { connectionId, numberId, url })),

    remove: async ({ connectionId, numberId }, event) => {
      try {
        return await writeAudited(db, sources, function* () {
          if ((yield* db.run(removeSql, { connectionId, numberId })) === 0) throw gone;
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },
  };
}

const one = "workspace_id = @workspaceId AND connection_id = @connectionId AND number_id = @numberId";
const readSql = `SELECT url FROM runbooks WHERE ${one}`;
const listSql =
  'SELECT connection_id AS "connectionId", number_id AS "numberId", url FROM runbooks WHERE workspace_id = @workspaceId';
const setSql = `INSERT INTO runbooks VALUES (@workspaceId, @connectionId, @numberId, @url)
  ON CONFLICT (workspace_id, connection_id, number_id) DO UPDATE SET url = excluded.url`;
const removeSql = `DELETE FROM runbooks WHERE ${one}`;
