import type { CountLimit, SharedCounts } from "../../domain/ports/shared-state.ts";
import { row, send, together, type Database, type Work } from "../database/database.ts";

/** The counts of what replicas have received, by its clock. */
export function storedSharedCounts(database: Database): SharedCounts {
  function* count(workspaceId: string, { key, most, windowMs }: CountLimit): Work<number | undefined> {
    const counted = yield* row<Counted>(countSql, { workspaceId, key, windowMs });
    if (counted?.count === 1) yield* send(forgetSql);
    return counted && counted.count > most ? Math.max(1, counted.leftMs) : undefined;
  }
  return {
    add: async (workspaceId, limits) =>
      database.write(
        () => together<(number | undefined)[]>(...limits.map((limit) => count(workspaceId, limit))),
        undefined,
        { isDurable: false },
      ),
  };
}

interface Counted {
  readonly count: number;
  readonly leftMs: number;
}

const isOver = "request_counts.ends_at_ms <= @clockMs";
const countSql = `INSERT INTO request_counts VALUES (@workspaceId, @key, @clockMs + CAST(@windowMs AS BIGINT), 1)
  ON CONFLICT (workspace_id, key) DO UPDATE SET
    count = CASE WHEN ${isOver} THEN 1 ELSE request_counts.count + 1 END,
    ends_at_ms = CASE WHEN ${isOver} THEN excluded.ends_at_ms ELSE request_counts.ends_at_ms END
  RETURNING count, ends_at_ms - @clockMs AS "leftMs"`;
// A few at a time, whenever a window begins.
const forgetSql = `DELETE FROM request_counts WHERE (workspace_id, key) IN (
  SELECT workspace_id, key FROM request_counts WHERE ends_at_ms <= @clockMs
  ORDER BY ends_at_ms LIMIT 20 FOR UPDATE SKIP LOCKED)`;
