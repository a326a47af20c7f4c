import type { Log } from "../../domain/ports/log.ts";
import { schemaAge, type SchemaAge } from "./migrate.ts";
import { connectionsOf, onConnection, type Connections } from "./on-connection.ts";
import { openPool } from "./pool.ts";
import { postgresFault, unusable } from "./postgres-fault.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** The oldest PostgreSQL that Patchbay is tested with. */
const oldestVersion = 15;

/** The connections to a database. Idle ones that break are replaced. */
export function connectToPostgres(url: PostgresUrl, log: Log): Connections {
  const pool = openPool(url, (err) => log.warn({ err: postgresFault(url, err) }, "database connection lost"));
  return connectionsOf(pool);
}

/**
 * The same to a database whose tables are those of this version. Changes nothing in it. Throws an error with a readable message.
 */
export async function connectToCurrentPostgres(url: PostgresUrl, log: Log): Promise<Connections> {
  const connections = connectToPostgres(url, log);
  try {
    await checkVersion(url, connections);
    checkAge(url, await schemaAge(connections));
    return connections;
  } catch (error) {
    await connections.pool.end();
    throw postgresFault(url, error);
  }
}

async function checkVersion(url: PostgresUrl, connections: Connections): Promise<void> {
  const found = await onConnection(connections, async (client) =>
    client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version"),
  );
  const version = Math.trunc(Number(found.rows[0]?.version ?? 0) / 10_000);
  if (version >= oldestVersion) return;
  const remedy = `Use PostgreSQL ${oldestVersion} or newer.`;
  throw unusable(url, `it is PostgreSQL ${version}`, remedy);
}

function checkAge(url: PostgresUrl, age: SchemaAge): void {
  const migrate = "Run `patchbay migrate` once, as the role that owns the tables.";
  if (age === "missing") throw unusable(url, "Patchbay's tables are missing", migrate);
  if (age === "older") throw unusable(url, "its schema is older than this version of Patchbay", migrate);
  if (age === "newer") {
    const fault = "its schema is newer than this version of Patchbay";
    throw unusable(url, fault, "Run the Patchbay that migrated it, or a newer one.");
  }
}
