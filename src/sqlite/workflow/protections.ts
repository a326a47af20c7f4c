import type { Protection, Protections } from "../../domain/protection.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { scopeColumns } from "./scope-columns.ts";

interface ProtectionRow {
  readonly connection_id: string;
  readonly number_id: string;
  readonly title: string;
  readonly at: string;
}

const gone = new Error("the protection is not kept any more");

/** The protections of one workspace, each written together with its audit entry. */
export function sqliteProtections(db: SqliteDatabase, workspaceId: string, sources: StoreDeps): Protections {
  return {
    list: async () => prepared<ProtectionRow>(db, listSql).all(workspaceId).map(protection),

    set: async (wanted, event) => {
      await writeAudited(db, workspaceId, sources, () => {
        prepared(db, "INSERT OR REPLACE INTO protections VALUES (?, ?, ?, ?, ?)").run(
          workspaceId,
          ...scopeColumns(wanted),
          wanted.title,
          wanted.at,
        );
        return { event, result: undefined };
      });
    },

    remove: async (scope, event) => {
      try {
        return await writeAudited(db, workspaceId, sources, () => {
          const sql =
            "DELETE FROM protections WHERE workspace_id = ? AND connection_id = ? AND number_id = ?";
          if (prepared(db, sql).run(workspaceId, ...scopeColumns(scope)).changes === 0) throw gone;
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },
  };
}

function protection({ connection_id, number_id, title, at }: ProtectionRow): Protection {
  return { connectionId: connection_id || undefined, numberId: number_id || undefined, title, at };
}

// NOT INDEXED: a manipulated index that omits a protection would lift it.
const listSql = "SELECT * FROM protections NOT INDEXED WHERE workspace_id = ? ORDER BY at";
