import { z } from "zod";
import {
  maxSchedules,
  onCallAccess,
  onCallOutageMs,
  onCallSkewMs,
  onCallTools,
  schedulePerson,
  shift,
  type OnCallAccess,
  type OnCallSchedule,
  type OnCallSchedules,
  type SchedulePerson,
  changedTable,
} from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { appendEntry, recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface Row extends Sealed {
  readonly id: string;
  readonly name: string;
  readonly tool: string;
  readonly schedule: string;
  readonly people: string;
  readonly made_by: string;
  readonly made_at: string;
}

/** The place that the key of a schedule is encrypted for. */
export function schedulePlace(workspaceId: string, id: string): readonly string[] {
  return ["on-call", workspaceId, id];
}

/** The on-call schedules of one workspace, and the copies of what their tools said. */
export function storedOnCallSchedules(
  db: WorkspaceDatabase,
  seal: Seal,
  sources: StoreDeps,
): OnCallSchedules {
  function* present(id: string): Work<Row> {
    const row = yield* db.row<Row>(findSql, { id });
    if (!row)
      throw new Problem("not_found", "There is no such schedule. It was removed.", { field: "schedule" });
    return row;
  }
  /** The latest moment at which a tool can have been read by now. */
  const latest = (): string => new Date(sources.now().getTime() + onCallSkewMs).toISOString();
  const sealed = (id: string, access: OnCallAccess) =>
    seal.seal(JSON.stringify(access), schedulePlace(db.workspaceId, id));
  return {
    list: async () => (await db.all<Row>(listSql)).map(scheduleOf),
    find: async (id) => {
      const row = await db.first<Row>(findSql, { id });
      return row && scheduleOf(row);
    },
    access: async (id) => {
      const row = await db.read(present(id));
      const subject = {
        owner: `the schedule ${row.name}`,
        remedy: "Put the missing key back, or set it again.",
      };
      return onCallAccess.parse(JSON.parse(seal.open(row, schedulePlace(db.workspaceId, id), subject)));
    },
    add: async ({ id, name, tool, schedule }, access, { actor, requestId }) =>
      writeAudited(db, sources, function* () {
        const kept = yield* db.rows<Row>(listSql);
        if (kept.length >= maxSchedules)
          throw new Problem(
            "invalid_input",
            `A workspace has at most ${maxSchedules} schedules. Remove one first.`,
          );
        if (kept.some((other) => other.name === name))
          throw new Problem("invalid_input", `There is a schedule “${name}” already.`, { field: "name" });
        const values = {
          id,
          name,
          tool,
          schedule,
          madeBy: formatActor(actor),
          madeAt: sources.now().toISOString(),
        };
        yield* db.run(addSql, { ...values, ...sealed(id, access) });
        const result = scheduleOf(yield* present(id));
        const details = detailsOf(result);
        return { event: { kind: "oncall.added", actor, requestId, outcome: "applied", details }, result };
      }),
    setAccess: async (id, access, { actor, requestId }) => {
      const changed = await writeAudited(db, sources, function* () {
        const result = scheduleOf(yield* present(id));
        yield* db.run(sealSql, { id, ...sealed(id, access) });
        yield* db.send(forgetSql, { id });
        const details = { ...detailsOf(result), what: "key" };
        return { event: { kind: "oncall.changed", actor, requestId, outcome: "applied", details }, result };
      });
      db.database.scrub();
      return changed;
    },
    setPeople: async (id, { before, people }, { actor, requestId }) =>
      writeAudited(db, sources, function* () {
        const now = scheduleOf(yield* present(id));
        if (JSON.stringify(now.people) !== JSON.stringify(before)) throw changedTable();
        yield* db.run(peopleSql, { id, people: JSON.stringify(people) });
        const result = scheduleOf(yield* present(id));
        const table = { before: tableOf(before), after: tableOf(people) };
        const details = { ...detailsOf(result), what: "people", ...table };
        return { event: { kind: "oncall.changed", actor, requestId, outcome: "applied", details }, result };
      }),
    remove: async (id, { actor, requestId }) => {
      const details = detailsOf(scheduleOf(await db.read(present(id))));
      const event = { kind: "oncall.removed", actor, requestId, outcome: "applied", details } as const;
      await recordWith(db, sources, event, function* () {
        if ((yield* db.run(removeSql, { id })) === 0) yield* present(id);
        yield* db.send(forgetSql, { id });
      });
      db.database.scrub();
    },
    copy: async (id) => {
      const row = await db.first<{ readonly shifts: string; readonly read_at: string }>(copySql, { id });
      return row && { shifts: storedShifts.parse(JSON.parse(row.shifts)), readAt: row.read_at };
    },
    keep: async (id, { shifts, readAt }) => {
      await db.write(function* () {
        // Removed meanwhile.
        if (!(yield* db.row(findSql, { id }))) return;
        yield* db.run(forgetFutureSql, { id, latest: latest() });
        yield* db.run(keepSql, { id, shifts: JSON.stringify(shifts), readAt });
        yield* db.run(recoveredSql, { id });
      });
    },
    noteFailure: async (id, why, { actor, requestId }) => {
      const position = await db.write(function* () {
        const row = yield* db.row<Row>(findSql, { id });
        const at = sources.now();
        const youngest = new Date(at.getTime() - onCallOutageMs).toISOString();
        yield* db.run(forgetFutureSql, { id, latest: latest() });
        if (!row || (yield* db.run(failedSql, { id, at: at.toISOString(), youngest })) === 0)
          return undefined;
        const details = { ...detailsOf(scheduleOf(row)), why };
        const event = { kind: "oncall.stale", actor, requestId, outcome: "unknown", details } as const;
        return { event, position: (yield* appendEntry(db, event, sources)).position };
      });
      if (position) sources.appended?.(db.workspaceId, position.position, position.event);
    },
  };
}

const detailsOf = ({ id, name, tool, schedule }: OnCallSchedule) => ({
  schedule: id,
  name,
  tool,
  toolId: schedule,
});
/** Who is confirmed, as JSON in which people are sealed as in settings. Their ids at the tool would outlast an erasure. */
const tableOf = (people: readonly SchedulePerson[]): string =>
  JSON.stringify({ people: people.map(({ userId }) => userId) });
const storedTool = z.enum(onCallTools);
const storedPeople = z.array(schedulePerson);
const storedShifts = z.array(shift);

function scheduleOf(row: Row): OnCallSchedule {
  return {
    id: row.id,
    name: row.name,
    tool: storedTool.parse(row.tool),
    schedule: row.schedule,
    people: storedPeople.parse(JSON.parse(row.people)),
    madeBy: parseActor(row.made_by),
    madeAt: row.made_at,
  };
}

const columns = 'id, name, tool, schedule, people, made_by, made_at, key_id AS "keyId", sealed';
const ofSchedule = "WHERE workspace_id = @workspaceId AND id = @id";
const listSql =
  `SELECT ${columns} FROM on_call_schedules WHERE workspace_id = @workspaceId ORDER BY made_at, id` as const;
const findSql = `SELECT ${columns} FROM on_call_schedules ${ofSchedule}` as const;
const addSql = `INSERT INTO on_call_schedules
  (workspace_id, id, name, tool, schedule, people, made_by, made_at, key_id, sealed, failed_at)
  VALUES (@workspaceId, @id, @name, @tool, @schedule, '[]', @madeBy, @madeAt, @keyId, @sealed, NULL)`;
const sealSql =
  `UPDATE on_call_schedules SET key_id = @keyId, sealed = @sealed, failed_at = NULL ${ofSchedule}` as const;
const peopleSql = `UPDATE on_call_schedules SET people = @people ${ofSchedule}` as const;
const failedSql = `UPDATE on_call_schedules SET failed_at = @at ${ofSchedule} AND failed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM on_call_copies copy WHERE copy.workspace_id = @workspaceId
    AND copy.schedule_id = @id AND copy.read_at > @youngest)` as const;
const recoveredSql =
  `UPDATE on_call_schedules SET failed_at = NULL ${ofSchedule} AND failed_at IS NOT NULL` as const;
const removeSql = `DELETE FROM on_call_schedules ${ofSchedule}` as const;
const copySql =
  "SELECT shifts, read_at FROM on_call_copies WHERE workspace_id = @workspaceId AND schedule_id = @id";
const forgetSql = "DELETE FROM on_call_copies WHERE workspace_id = @workspaceId AND schedule_id = @id";
// It would count as fresh later, when what it says is old.
const forgetFutureSql = `DELETE FROM on_call_copies
  WHERE workspace_id = @workspaceId AND schedule_id = @id AND read_at > @latest`;
// Of two servers that read at the same time, the later answer stays.
const keepSql = `INSERT INTO on_call_copies (workspace_id, schedule_id, shifts, read_at)
  VALUES (@workspaceId, @id, @shifts, @readAt)
  ON CONFLICT (workspace_id, schedule_id) DO UPDATE SET shifts = excluded.shifts, read_at = excluded.read_at
  WHERE excluded.read_at > on_call_copies.read_at`;
