import { z } from "zod";
import {
  temporaryChangeStates,
  type TemporaryChange,
  type TemporaryChanges,
} from "../../domain/changes/temporary-change.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { appendEntry, recordWith, type StoreDeps } from "../audit/append-entry.ts";
import { conversationPlace } from "../../domain/notifications/reply-target.ts";
import type { Values, Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, scheduleWork } from "../due-work/schedule-work.ts";

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
    durationMs: read.lasts_ms,
    remindAt: read.remind_at,
    dueAt: read.due_at,
    place: read.place,
    endedBy: read.ended_by ?? undefined,
    revertId: read.revert_id ?? undefined,
    attempts: read.tries,
    notes: read.notes,
    revision: read.revision,
  }));

/** The temporary changes of one workspace. Completed ones remain for the history. */
export function storedTemporaryChanges(db: WorkspaceDatabase, sources: StoreDeps): TemporaryChanges {
  return {
    begin: async (event, timed, ...leases) => {
      const fresh: TemporaryChange = { ...timed, state: "sent", attempts: 0, notes: [], revision: 0 };
      await recordWith(db, sources, event, function* () {
        yield* db.database.requireLeases(leases);
        yield* db.send(insertSql, valuesOf(fresh));
        yield* scheduleExpiry(db, fresh);
      });
    },
    find: async (changeId) => {
      const sql = "SELECT * FROM timed_changes WHERE workspace_id = @workspaceId AND change_id = @changeId";
      return row.optional().parse(await db.first(sql, { changeId }));
    },
    open: async (number) => {
      const { connectionId = null, numberId = null } = number ?? {};
      const open = await db.all(openSql, { connectionId, numberId });
      const found: TemporaryChange[] = [];
      await forEachInBatches(open, (read) => found.push(row.parse(read)), smallBatchSize);
      return found;
    },
    replace: async (temporary, event) => {
      const written = await db.write(function* () {
        if ((yield* db.run(replaceSql, valuesOf(temporary))) !== 1) return undefined;
        yield* scheduleExpiry(db, temporary);
        return { position: event && (yield* appendEntry(db, event, sources)).position };
      });
      if (written?.position !== undefined) sources.appended?.(db.workspaceId, written.position, event);
      return written !== undefined;
    },
  };
}

/** Schedules the next step of a temporary change, within the current transaction. */
function* scheduleExpiry(
  db: WorkspaceDatabase,
  { changeId, connectionId, state, dueAt }: TemporaryChange,
): Work<void> {
  const work = { kind: "expiry", itemId: changeId } as const;
  if (state === "over") yield* cancelWork(db, work);
  else yield* scheduleWork(db, { ...work, lane: connectionId, dueAt });
}

const openSql = `SELECT * FROM timed_changes WHERE workspace_id = @workspaceId AND state <> 'over'
    AND (CAST(@connectionId AS TEXT) IS NULL OR connection_id = @connectionId AND number_id = @numberId)
  ORDER BY ends_at, change_id`;

const replaceSql = `UPDATE timed_changes SET state = @state, ends_at = @ends_at, lasts_ms = @lasts_ms,
    remind_at = @remind_at, due_at = @due_at, place = @place, ended_by = @ended_by, revert_id = @revert_id,
    tries = @tries, notes = @notes, revision = @revision + 1
  WHERE workspace_id = @workspaceId AND change_id = @change_id AND revision = @revision`;

const insertSql = `INSERT INTO timed_changes VALUES (@workspaceId, @change_id, @connection_id, @number_id, @state,
  @ends_at, @lasts_ms, @remind_at, @due_at, @place, @ended_by, @revert_id, @tries, @notes, @revision)`;

function valuesOf(temporary: TemporaryChange): Values {
  return {
    change_id: temporary.changeId,
    connection_id: temporary.connectionId,
    number_id: temporary.numberId,
    state: temporary.state,
    ends_at: temporary.endsAt.toISOString(),
    lasts_ms: temporary.durationMs,
    remind_at: temporary.remindAt.toISOString(),
    due_at: temporary.dueAt.toISOString(),
    place: JSON.stringify(temporary.place),
    ended_by: temporary.endedBy ?? null,
    revert_id: temporary.revertId ?? null,
    tries: temporary.attempts,
    notes: JSON.stringify(temporary.notes),
    revision: temporary.revision,
  };
}
