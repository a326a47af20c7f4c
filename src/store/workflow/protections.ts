import type { Protection, Protections } from "../../domain/access/protection.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { scopeColumns } from "./scope-columns.ts";

interface ProtectionRow {
  readonly connection_id: string;
  readonly number_id: string;
  readonly title: string;
  readonly approvals: number;
  readonly at: string;
}

const gone = new Error("the protection is not kept any more");

/** The protections of one workspace, each written together with its audit entry. */
export function storedProtections(db: WorkspaceDatabase, sources: StoreDeps): Protections {
  return {
    list: async () => (await db.all<ProtectionRow>(listSql)).map(protection),

    set: async (wanted, event) => {
      const { title, approvals, at } = wanted;
      const values = { ...scopeColumns(wanted), title, approvals, at };
      await recordWith(db, sources, event, () => db.run(setSql, values));
    },

    remove: async (scope, event) => {
      try {
        return await writeAudited(db, sources, function* () {
          if ((yield* db.run(removeSql, scopeColumns(scope))) === 0) throw gone;
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },
  };
}

function protection({ connection_id, number_id, title, approvals, at }: ProtectionRow): Protection {
  return {
    connectionId: connection_id || undefined,
    numberId: number_id || undefined,
    title,
    approvals: approvals === 2 ? 2 : 1,
    at,
  };
}

// NOT INDEXED: a manipulated index that omits a protection would lift it.
const listSql = `SELECT connection_id, number_id, title, approvals, at FROM protections NOT INDEXED
  WHERE workspace_id = @workspaceId ORDER BY at`;
const setSql = `INSERT INTO protections (workspace_id, connection_id, number_id, title, at, approvals)
  VALUES (@workspaceId, @connectionId, @numberId, @title, @at, @approvals)
  ON CONFLICT (workspace_id, connection_id, number_id) DO UPDATE 
  SET title = excluded.title, at = excluded.at, approvals = excluded.approvals`;
const removeSql =
  "DELETE FROM protections WHERE workspace_id = @workspaceId AND connection_id = @connectionId AND number_id = @numberId";
