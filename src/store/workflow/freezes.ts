import { parseActor, formatActor } from "../../domain/shared/actor.ts";
import type { Freeze } from "../../domain/numbers/freeze.ts";
import type { Freezes } from "../../domain/access/freezes.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, scheduleWork, type ScheduledWork } from "../due-work/schedule-work.ts";
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
export function storedFreezes(db: WorkspaceDatabase, sources: StoreDeps): Freezes {
  return {
    list: async () => (await db.all<FreezeRow>(listSql)).map(freeze),

    set: async (wanted, event) => {
      const { title, by, reason, at, until = null } = wanted;
      const values = { ...scopeColumns(wanted), title, by: formatActor(by), reason, at, until };
      const work = workOf(wanted);
      await recordWith(db, sources, event, function* () {
        yield* db.run(setSql, values);
        if (until === null) yield* cancelWork(db, work);
        else yield* scheduleWork(db, { ...work, dueAt: new Date(until) });
      });
    },

    remove: async (kept, event) => {
      try {
        return await writeAudited(db, sources, function* () {
          if ((yield* db.run(removeSql, { ...scopeColumns(kept), at: kept.at })) === 0) throw gone;
          yield* cancelWork(db, workOf(kept));
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },
  };
}

function workOf(frozen: Freeze): Pick<ScheduledWork, "kind" | "itemId"> {
  const { connectionId, numberId } = scopeColumns(frozen);
  return { kind: "freeze_expiry", itemId: `${connectionId}/${numberId}` };
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
const listSql = `SELECT connection_id, number_id, title, frozen_by, reason, at, until FROM freezes NOT INDEXED
  WHERE workspace_id = @workspaceId ORDER BY at`;
const setSql = `INSERT INTO freezes VALUES (@workspaceId, @connectionId, @numberId, @title, @by, @reason, @at, @until)
  ON CONFLICT (workspace_id, connection_id, number_id) DO UPDATE SET title = excluded.title,
    frozen_by = excluded.frozen_by, reason = excluded.reason, at = excluded.at, until = excluded.until`;
// Exactly the given freeze, not a newer one of the same scope.
const removeSql = `DELETE FROM freezes
  WHERE workspace_id = @workspaceId AND connection_id = @connectionId AND number_id = @numberId AND at = @at`;
