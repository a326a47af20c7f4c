import { sign } from "node:crypto";
import type { Retention } from "../../domain/ports/retention.ts";
import { appendEntry, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { publicPem, type SigningKey } from "../checkpoints/checkpoint-key.ts";
import { row, type Database } from "../database/database.ts";
import { workspaceDatabase } from "../database/workspace-database.ts";
import { anchorLine, readAnchor } from "../checkpoints/anchor-line.ts";
import { newestAnchor } from "../checkpoints/anchors.ts";
import { erasePerson, planErasure } from "./erase-person.ts";
import { holdOf, liftHold, setHold } from "./legal-holds.ts";
import { numbersForgotten, obstaclesTo } from "./obstacles.ts";
import { planSegments, storedRows } from "./plan-segments.ts";
import { entryLine, titleLine } from "./segment-lines.ts";

/** How many entries are removed in one transaction, so that servers can write in between. */
const batchSize = 500;

/** Retires and holds the audit logs of a database. */
export function storedRetention(
  database: Database,
  sources: StoreDeps,
  signingKey: () => SigningKey | undefined,
): Retention {
  const of = (workspaceId: string) => workspaceDatabase(database, workspaceId);
  const keys = () => {
    const key = signingKey();
    return key ? [key] : [];
  };
  return {
    hold: async (workspaceId) => database.read(holdOf(of(workspaceId))),
    setHold: async (workspaceId, hold, event) => setHold(of(workspaceId), sources, hold, event),
    liftHold: async (workspaceId, event) => liftHold(of(workspaceId), sources, event),

    async plan(workspaceId, before) {
      await requireRight(database);
      const db = of(workspaceId);
      const sequence =
        (await db.first<{ sequence: number | null }>(lastBeforeSql, { before }))?.sequence ?? 0;
      const stored = await database.read(newestAnchor(workspaceId));
      const { segments, waiting } = await planSegments(db, stored, sequence, keys());
      const last = segments.at(-1)?.sequence ?? 0;
      return {
        segments,
        waiting,
        obstacles: await database.read(obstaclesTo(db, { sequence: last, before })),
        numbers: await database.read(numbersForgotten(db, last)),
      };
    },

    async *lines(segment, line) {
      const { workspaceId, first, sequence } = segment;
      yield titleLine(segment);
      const db = of(workspaceId);
      const from = (await db.first<{ sequence: number }>(sequenceOfSql, { first }))?.sequence ?? 1;
      for await (const stored of storedRows(db, from - 1, sequence)) yield entryLine(stored);
      yield line;
    },

    anchorLine: (anchor) => anchorLine(anchor, signingKey()),
    sign: (text) => {
      const key = signingKey();
      return key && sign(null, Buffer.from(text), key.privateKey);
    },
    publicKey: () => {
      const key = signingKey();
      return key && publicPem(key);
    },

    async anchor(workspaceId, lines, event) {
      const db = of(workspaceId);
      const before = `${event.details?.before ?? ""}-01T00:00:00.000Z`;
      const appended = await db.write(function* () {
        for (const line of lines) {
          const anchor = readAnchor(line, []);
          if (!anchor) throw new Error("this is no anchor");
          const { count, sequence, head } = anchor;
          // Both may have changed since they were looked at.
          const [obstacle] = yield* obstaclesTo(db, { sequence, before });
          if (obstacle !== undefined) throw new Error(`${obstacle} Nothing was removed.`);
          const found = yield* db.row<{ hash: string }>(hashSql, { sequence });
          if (found?.hash !== head)
            throw new Error("The log is not the one that was exported. Nothing was removed.");
          yield* db.run(anchorSql, { count, head, line });
        }
        return yield* appendEntry(db, event, sources);
      });
      sources.appended?.(workspaceId, appended.position, event);
    },

    planErasure: async (workspaceId, userId) => database.read(planErasure(of(workspaceId), userId)),

    async erase(workspaceId, userId, event) {
      const db = of(workspaceId);
      const erased = await writeAudited(db, sources, function* () {
        const [obstacle] = (yield* planErasure(db, userId)).obstacles;
        if (obstacle !== undefined) throw new Error(`${obstacle} Nothing was erased.`);
        const result = yield* erasePerson(db, userId);
        return { event: { ...event, details: { person: result.label } }, result };
      });
      database.scrub();
      return erased;
    },

    async *drop(workspaceId) {
      const db = of(workspaceId);
      for (;;) {
        const removed = await db.write(function* () {
          const anchor = yield* newestAnchor(workspaceId);
          const hold = yield* holdOf(db);
          if (hold) throw new Error("A legal hold was set meanwhile. The entries that are left stay.");
          return anchor ? yield* db.run(dropSql, { count: anchor.count, limit: batchSize }) : 0;
        });
        if (removed > 0) yield removed;
        if (removed < batchSize) break;
      }
      database.scrub();
    },
  };
}

/** On PostgreSQL only the role that owns the tables may remove entries; the servers' role cannot. */
async function requireRight(database: Database): Promise<void> {
  if (!database.isShared) return;
  const found = await database.read(row<{ may: boolean }>(rightSql));
  if (found?.may === true) return;
  throw new Error(
    "The database role of DATABASE_URL may not remove entries, and the servers' role must not. Run this as the role that owns the tables, the one of `patchbay migrate`. Nothing was exported or removed.",
  );
}

const rightSql = `SELECT has_table_privilege('audit_anchors', 'INSERT')
  AND has_table_privilege('audit_entries', 'DELETE') AS may`;
// Sequences grow with time, but the clock may have been set back: everything before the first entry that is to stay.
const lastBeforeSql = `SELECT max(sequence) AS sequence FROM audit_entries WHERE workspace_id = @workspaceId
  AND sequence < coalesce((SELECT min(sequence) FROM audit_entries
    WHERE workspace_id = @workspaceId AND at >= @before), (SELECT max(sequence) + 1 FROM audit_entries))`;
const sequenceOfSql =
  "SELECT sequence FROM audit_entries WHERE workspace_id = @workspaceId AND position = @first";
const hashSql = "SELECT hash FROM audit_entries WHERE workspace_id = @workspaceId AND sequence = @sequence";
const anchorSql = "INSERT INTO audit_anchors VALUES (@workspaceId, @count, 0, @head, @line)";
const dropSql = `DELETE FROM audit_entries WHERE sequence IN (SELECT sequence FROM audit_entries
  WHERE workspace_id = @workspaceId AND position <= @count ORDER BY sequence LIMIT @limit)`;
