import type pg from "pg";
import { migrations } from "../migrations/index.ts";
import { onConnection, type Connections } from "./on-connection.ts";

/** One migration at a time, over all processes: the letters PBAY in ASCII. */
const migrating = 0x50424159;

/** How a database's schema compares with this version of Patchbay. */
export type SchemaAge = "missing" | "older" | "current" | "newer";

/** Compares the schema of a database with this version of Patchbay. */
export async function schemaAge(connections: Connections): Promise<SchemaAge> {
  return onConnection(connections, async (client) => {
    const version = await versionOf(client);
    if (version === 0) return "missing";
    if (version > migrations.length) return "newer";
    return version < migrations.length ? "older" : "current";
  });
}

/** Applies the missing migrations, all or none, while no other process does. */
export async function migrate(connections: Connections): Promise<void> {
  await onConnection(connections, async (client) => {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [migrating]);
    await client.query(`CREATE TABLE IF NOT EXISTS patchbay_schema (
      "only" INTEGER PRIMARY KEY CHECK ("only" = 1), version INTEGER NOT NULL)`);
    for (const sql of migrations.slice(await versionOf(client))) await client.query(sql);
    await client.query(
      `INSERT INTO patchbay_schema VALUES (1, $1)
       ON CONFLICT ("only") DO UPDATE SET version = greatest(patchbay_schema.version, excluded.version)`,
      [migrations.length],
    );
    await client.query("COMMIT");
  });
}

async function versionOf(client: pg.ClientBase): Promise<number> {
  const table = await client.query<{ found: boolean }>(
    "SELECT to_regclass('patchbay_schema') IS NOT NULL AS found",
  );
  if (!table.rows[0]?.found) return 0;
  const found = await client.query<{ version: number }>("SELECT version FROM patchbay_schema");
  return found.rows[0]?.version ?? 0;
}
