import { parseActor, formatActor } from "../../domain/actor.ts";
import type { ActEnd } from "../../domain/act-end.ts";
import type { Incident, Incidents } from "../../domain/incident.ts";
import { messageAddress } from "../../domain/reply-target.ts";
import { Problem } from "../../domain/problem.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

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
export function sqliteIncidents(db: SqliteDatabase, workspaceId: string, sources: StoreDeps): Incidents {
  const rows = (where: string, ...values: readonly string[]): Incident[] =>
    prepared<Row>(db, `SELECT ${columns} FROM incidents WHERE workspace_id = ? AND ${where}`)
      .all(workspaceId, ...values)
      .map(incident);
  const open = (): Incident[] => rows("ended_at IS NULL ORDER BY started_at DESC, key LIMIT 50");
  const find = (key: string): Incident => {
    const [found] = rows("key = ?", key);
    if (found) return found;
    const nearest = open()
      .map((one) => one.key)
      .slice(0, 5);
    throw new Problem("not_found", `There is no incident ${key}.`, { field: "incident", nearest });
  };
  return {
    start: async ({ key, title, channelId, startedBy, startedAt }, event) =>
      writeAudited(db, workspaceId, sources, () => {
        const [same] = rows("key = ?", key);
        if (same)
          throw taken(`${key} was started before${same.endedAt ? " and has ended" : " and is open"}.`);
        const [other] = channelId === undefined ? [] : rows("channel_id = ? AND ended_at IS NULL", channelId);
        if (other)
          throw taken(`${other.key} is open in this conversation. End it first, or start elsewhere.`);
        const sql = `INSERT INTO incidents (workspace_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)`;
        prepared(db, sql).run(
          workspaceId,
          key,
          title ?? null,
          channelId ?? null,
          formatActor(startedBy),
          startedAt,
        );
        return { event, result: find(key) };
      }),
    get: async (key) => find(key),
    openIn: async (channelId) => rows("channel_id = ? AND ended_at IS NULL", channelId)[0],
    open: async () => open(),
    end: async (key, { actor, at }, event) =>
      writeAudited(db, workspaceId, sources, () => {
        const { endedBy, endedAt } = find(key);
        if (endedAt)
          throw taken(`${key} has ended already.`, { how: "incident_ended", by: endedBy, at: endedAt });
        const sql = "UPDATE incidents SET ended_by = ?, ended_at = ? WHERE workspace_id = ? AND key = ?";
        prepared(db, sql).run(formatActor(actor), at, workspaceId, key);
        return { event, result: find(key) };
      }),
    noteThread: async (key, thread) => {
      const sql = "UPDATE incidents SET thread = ? WHERE workspace_id = ? AND key = ?";
      await writeTransaction(db, () => prepared(db, sql).run(JSON.stringify(thread), workspaceId, key));
    },
  };
}

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

function taken(words: string, ended?: ActEnd): Problem {
  return new Problem("invalid_input", words, { field: "incident", ...(ended ? { ended } : {}) });
}
