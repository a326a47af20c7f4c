import type pg from "pg";
import { liveSeconds } from "../../domain/ports/replicas.ts";

/**
 * Whether a server of an older version runs, which allows no other one: it holds this lock, the letters PBAY in ASCII and
 * a number. Such a version does not start on today's schema, so nobody takes it later.
 */
export async function hasOldServer(client: pg.ClientBase): Promise<boolean> {
  const asked = await client.query<{ free: boolean }>(
    "SELECT pg_try_advisory_xact_lock_shared($1, 1) AS free",
    [0x50424159],
  );
  return asked.rows[0]?.free === false;
}

/** Whether any server runs. */
export async function hasServer(client: pg.ClientBase): Promise<boolean> {
  if (await hasOldServer(client)) return true;
  const table = await client.query<{ found: boolean }>("SELECT to_regclass('replicas') IS NOT NULL AS found");
  if (!table.rows[0]?.found) return false;
  return (await client.query(`SELECT 1 FROM replicas WHERE ${isLive} LIMIT 1`)).rowCount === 1;
}

/** Whether a listed server is there. */
export const isLive = `seen_at > clock_timestamp() - interval '${liveSeconds} seconds'`;
