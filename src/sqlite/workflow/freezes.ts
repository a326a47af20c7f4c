import { parseActor, formatActor } from "../../domain/actor.ts";
import type { Freeze } from "../../domain/freeze.ts";
import type { Freezes } from "../../domain/freezes.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { scopeColumns } from "./scope-columns.ts";

interface FreezeRow {
  readonly connection_id: string;
  readonly number_id: string;
  readonly title: string;
  readonly frozen_by: string;
  readonly reason: string;
  readonly at: string;
  readonly until: string | null;
}

const gone = new Error("the freeze is not kept any more");

/** The freezes of one workspace, each written together with its audit entry. */
export function sqliteFreezes(db: SqliteDatabase, workspaceId: string, sources: StoreDeps): Freezes {
  return {
    list: async () => prepared<FreezeRow>(db, listSql).all(workspaceId).map(freeze),

    set: async (wanted, event) => {
      await writeAudited(db, workspaceId, sources, () => {
        const { title, by, reason, at, until = null } = wanted;
        prepared(db, "INSERT OR REPLACE INTO freezes VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
          workspaceId,
          ...scopeColumns(wanted),
          title,
          formatActor(by),
          reason,
          at,
          until,
        );
        return { event, result: undefined };
      });
    },

    remove: async (kept, event) => {
      try {
        return await writeAudited(db, workspaceId, sources, () => {
          // Exactly the given freeze, not a newer one of the same scope.
          const sql =
            "DELETE FROM freezes WHERE workspace_id = ? AND connection_id = ? AND number_id = ? AND at = ?";
          if (prepared(db, sql).run(workspaceId, ...scopeColumns(kept), kept.at).changes === 0) throw gone;
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },
  };
}

function freeze({ connection_id, number_id, title, frozen_by, reason, at, until }: FreezeRow): Freeze {
  return {
    connectionId: connection_id || undefined,
    numberId: number_id || undefined,
    title,
    by: parseActor(frozen_by),
    reason,
    at,
    until: until ?? undefined,
  };
}

// NOT INDEXED: a manipulated index that omits a freeze would lift it.
const listSql = "SELECT * FROM freezes NOT INDEXED WHERE workspace_id = ? ORDER BY at";
