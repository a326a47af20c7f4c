import { z } from "zod";
import {
  temporaryChangeStates,
  type DueTemporaryChange,
  type TemporaryChange,
  type TemporaryChanges,
} from "../../domain/temporary-change.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/event-loop.ts";
import { appendEntry, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { conversationPlace } from "../../domain/reply-target.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

const json = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
const text = z.string();
const place = z.object({ userId: text.optional(), ...conversationPlace.shape });
const notes = z.array(z.enum(["waits", "frozen", "unreachable", "unknown", "clock_off"]));
const time = text.transform((iso) => new Date(iso));

const row = z
  .object({
    change_id: text,
    connection_id: text,
    number_id: text,
    state: z.enum(temporaryChangeStates),
    ends_at: time,
    lasts_ms: z.number(),
    remind_at: time,
    due_at: time,
    place: json(place),
    ended_by: text.nullable(),
    revert_id: text.nullable(),
    tries: z.number(),
    notes: json(notes),
    revision: z.number(),
  })
  .transform((read): TemporaryChange => ({
    changeId: read.change_id,
    connectionId: read.connection_id,
    numberId: read.number_id,
    state: read.state,
    endsAt: read.ends_at,
    lastsMs: read.lasts_ms,
    remindAt: read.remind_at,
    dueAt: read.due_at,
    place: read.place,
    endedBy: read.ended_by ?? undefined,
    revertId: read.revert_id ?? undefined,
    tries: read.tries,
    notes: read.notes,
    revision: read.revision,
  }));

/** The temporary changes of one workspace. Completed ones remain for the history. */
export function sqliteTemporaryChanges(
  db: SqliteDatabase,
  workspaceId: string,
  sources: StoreDeps,
): TemporaryChanges {
  return {
    begin: async (event, timed) => {
      await writeAudited(db, workspaceId, sources, () => {
        const fresh: TemporaryChange = { ...timed, state: "sent", tries: 0, notes: [], revision: 0 };
        prepared(db, insertSql).run(valuesOf(workspaceId, fresh));
        return { event, result: undefined };
      });
    },
    find: async (changeId) => {
      const sql = "SELECT * FROM timed_changes WHERE workspace_id = ? AND change_id = ?";
      return row.optional().parse(prepared(db, sql).get(workspaceId, changeId));
    },
    open: async (number) => {
      const { connectionId = null, numberId = null } = number ?? {};
      const rows = prepared(db, openSql).all({ workspaceId, connectionId, numberId });
      const found: TemporaryChange[] = [];
      await forEachInBatches(rows, (read) => found.push(row.parse(read)), smallBatchSize);
      return found;
    },
    replace: async (temporary, event) => {
      const written = await writeTransaction(db, () => {
        if (prepared(db, replaceSql).run(valuesOf(workspaceId, temporary)).changes !== 1) return undefined;
        return { position: event && appendEntry(db, workspaceId, event, sources).position };
      });
      if (written?.position !== undefined) sources.appended?.(workspaceId, written.position);
      return written !== undefined;
    },
  };
}

/**
 * The temporary changes that are due by then: at most 20 for each connection and 1,000 in total, the longest due
 * first, and the first of every connection before the second of any.
 */
export function dueTemporaryChanges(db: SqliteDatabase, by: Date): readonly DueTemporaryChange[] {
  return prepared<DueTemporaryChange>(db, dueSql).all(by.toISOString());
}

const dueSql = `SELECT workspaceId, connectionId, changeId FROM (
    SELECT workspace_id AS workspaceId, connection_id AS connectionId, change_id AS changeId, due_at AS dueAt,
      row_number() OVER (PARTITION BY workspace_id, connection_id ORDER BY due_at, change_id) AS place
    FROM timed_changes WHERE state <> 'over' AND due_at <= ?)
  WHERE place <= 20 ORDER BY place, dueAt, changeId LIMIT 1000`;

const openSql = `SELECT * FROM timed_changes WHERE workspace_id = @workspaceId AND state <> 'over'
    AND (@connectionId IS NULL OR connection_id = @connectionId AND number_id = @numberId)
  ORDER BY ends_at, change_id`;

const replaceSql = `UPDATE timed_changes SET state = @state, ends_at = @ends_at, lasts_ms = @lasts_ms,
    remind_at = @remind_at, due_at = @due_at, place = @place, ended_by = @ended_by, revert_id = @revert_id,
    tries = @tries, notes = @notes, revision = @revision + 1
  WHERE workspace_id = @workspace_id AND change_id = @change_id AND revision = @revision`;

const insertSql = `INSERT INTO timed_changes VALUES (@workspace_id, @change_id, @connection_id, @number_id, @state,
  @ends_at, @lasts_ms, @remind_at, @due_at, @place, @ended_by, @revert_id, @tries, @notes, @revision)`;

function valuesOf(
  workspaceId: string,
  temporary: TemporaryChange,
): Readonly<Record<string, string | number | null>> {
  return {
    workspace_id: workspaceId,
    change_id: temporary.changeId,
    connection_id: temporary.connectionId,
    number_id: temporary.numberId,
    state: temporary.state,
    ends_at: temporary.endsAt.toISOString(),
    lasts_ms: temporary.lastsMs,
    remind_at: temporary.remindAt.toISOString(),
    due_at: temporary.dueAt.toISOString(),
    place: JSON.stringify(temporary.place),
    ended_by: temporary.endedBy ?? null,
    revert_id: temporary.revertId ?? null,
    tries: temporary.tries,
    notes: JSON.stringify(temporary.notes),
    revision: temporary.revision,
  };
}
