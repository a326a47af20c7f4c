import { parseActor, formatActor } from "../../domain/shared/actor.ts";
import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import { startedBefore, type Incident, type Incidents } from "../../domain/changes/incident.ts";
import { messageAddress } from "../../domain/notifications/reply-target.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { lastOfIncidentSql } from "../audit/audit-query.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Values, Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";

interface Row {
  readonly key: string;
  readonly title: string | null;
  readonly channel_id: string | null;
  readonly started_by: string;
  readonly started_at: string;
  readonly ended_by: string | null;
  readonly ended_at: string | null;
  readonly thread: string | null;
}

const columns = "key, title, channel_id, started_by, started_at, ended_by, ended_at, thread";

/** The incidents of one workspace. */
export function storedIncidents(db: WorkspaceDatabase, sources: StoreDeps): Incidents {
  function* rows(where: string, values?: Values): Work<Incident[]> {
    const found = yield* db.rows<Row>(
      `SELECT ${columns} FROM incidents WHERE workspace_id = @workspaceId AND ${where}`,
      values,
    );
    return found.map(incident);
  }
  const open = (): Work<Incident[]> => rows("ended_at IS NULL ORDER BY started_at DESC, key LIMIT 50");
  const openIn = (channelId: string): Work<Incident[]> =>
    rows("channel_id = @channelId AND ended_at IS NULL", { channelId });
  function* find(key: string): Work<Incident> {
    const [found] = yield* rows("key = @key", { key });
    if (found) return found;
    const nearest = (yield* open()).map((one) => one.key).slice(0, 5);
    throw new Problem("not_found", `There is no incident ${key}.`, { field: "incident", nearest });
  }
  return {
    start: async ({ key, title, channelId, startedBy, startedAt }, event) =>
      writeAudited(db, sources, function* () {
        const [same] = yield* rows("key = @key", { key });
        if (same) throw startedBefore(same);
        const [other] = channelId === undefined ? [] : yield* openIn(channelId);
        if (other)
          throw taken(`${other.key} is open in this conversation. End it first, or start elsewhere.`);
        yield* db.run(startSql, {
          key,
          title: title ?? null,
          channelId: channelId ?? null,
          startedBy: formatActor(startedBy),
          startedAt,
        });
        return { event, result: yield* find(key) };
      }),
    get: async (key) => db.read(find(key)),
    openIn: async (channelId) => (await db.read(openIn(channelId)))[0],
    open: async () => db.read(open()),
    end: async (key, { actor, at }, event) =>
      writeAudited(db, sources, function* () {
        const { endedBy, endedAt } = yield* find(key);
        if (endedAt) throw endedBefore(key, { how: "incident_ended", by: endedBy, at: endedAt });
        yield* db.run(endSql, { by: formatActor(actor), at, key });
        return { event, result: yield* find(key) };
      }),
    endIfQuiet: async (key, { actor, at }, { sequence, quietSince }, event) =>
      writeAudited(db, sources, function* () {
        const { endedAt } = yield* find(key);
        const last = yield* db.row<{ sequence: number }>(lastOfIncidentSql, { incident: key });
        const isNews = last !== undefined && last.sequence > sequence;
        if (endedAt || isNews || (yield* db.row(unquietSql, { incident: key, quietSince })))
          return { result: false };
        yield* db.run(endSql, { by: formatActor(actor), at, key });
        return { event, result: true };
      }),
    noteThread: async (key, thread) => {
      const sql = "UPDATE incidents SET thread = @thread WHERE workspace_id = @workspaceId AND key = @key";
      await db.write(() => db.run(sql, { thread: JSON.stringify(thread), key }));
    },
  };
}

const endSql: WorkspaceSql =
  "UPDATE incidents SET ended_by = @by, ended_at = @at WHERE workspace_id = @workspaceId AND key = @key";
const unquietSql: WorkspaceSql = `SELECT 1 FROM proposals
  WHERE workspace_id = @workspaceId AND incident = @incident
    AND (state <> 'resolved' OR changed_at > @quietSince) LIMIT 1`;
const startSql: WorkspaceSql = `INSERT INTO incidents (workspace_id, ${columns})
  VALUES (@workspaceId, @key, @title, @channelId, @startedBy, @startedAt, NULL, NULL, NULL)`;

function incident(row: Row): Incident {
  return {
    key: row.key,
    title: row.title ?? undefined,
    channelId: row.channel_id ?? undefined,
    startedBy: parseActor(row.started_by),
    startedAt: row.started_at,
    endedBy: row.ended_by === null ? undefined : parseActor(row.ended_by),
    endedAt: row.ended_at ?? undefined,
    thread: row.thread === null ? undefined : messageAddress.parse(JSON.parse(row.thread)),
  };
}

function taken(words: string): Problem {
  return new Problem("invalid_input", words, { field: "incident" });
}

function endedBefore(key: string, ended: SubjectStatus): Problem {
  const next = { words: "There is nothing to do." };
  return new Problem("invalid_input", `${key} has ended already.`, { field: "incident", ended, next });
}
