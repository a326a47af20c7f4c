import type { Locks } from "../domain/ports/locks.ts";
import type { Log } from "../domain/ports/log.ts";
import { schemaAge, type SchemaAge } from "./connection/migrate.ts";
import { connectionsOf, onConnection, type Connections } from "./connection/on-connection.ts";
import { openPool } from "./connection/pool.ts";
import { postgresFault, unusable } from "./connection/postgres-fault.ts";
import { postgresQueries } from "./connection/postgres-queries.ts";
import type { PostgresUrl } from "./connection/postgres-url.ts";
import { excessRights, missingRights } from "./connection/rights.ts";
import { lockServer, type ServerLock } from "./connection/server-lock.ts";
import { leaseLocks, type LeaseOptions } from "./locks/lease-locks.ts";
import type { Database } from "../store/database/database.ts";

/** The oldest PostgreSQL that Patchbay is tested with. */
const oldestVersion = 15;

/** A PostgreSQL database that is ready: its schema is current, and the role may do what is needed. */
export interface OpenedPostgres {
  readonly database: Database;
  /** The id of this process among those that use it. */
  readonly replicaId: string;
  /** Locks over all processes that use it. */
  readonly locks: Locks;
  close(): Promise<void>;
}

/** How a PostgreSQL database is opened. */
export interface PostgresOptions extends LeaseOptions {
  readonly isServer: boolean;
}

/**
 * Opens a PostgreSQL database: for the one server with its lock, for the command line without. Changes nothing in it.
 * Throws an error in words.
 */
export async function openPostgres(url: PostgresUrl, options: PostgresOptions): Promise<OpenedPostgres> {
  const { isServer, log } = options;
  const connections = connectToPostgres(url, log);
  let lock: ServerLock | undefined;
  try {
    await checkVersion(url, connections);
    checkAge(url, await schemaAge(connections));
    await checkRights(url, connections, isServer ? log : undefined);
    lock = isServer ? await lockServer(url, log) : undefined;
  } catch (error) {
    await connections.pool.end();
    throw postgresFault(url, error);
  }
  const database = postgresQueries(connections, lock);
  return {
    database,
    replicaId: options.holder,
    locks: leaseLocks(connections, options),
    close: async () => {
      await database.close();
      await lock?.release();
    },
  };
}

/** The connections to a database. Idle ones that break are replaced. */
export function connectToPostgres(url: PostgresUrl, log: Log): Connections {
  const pool = openPool(url, (err) => log.warn({ err: postgresFault(url, err) }, "database connection lost"));
  return connectionsOf(pool);
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

async function checkRights(url: PostgresUrl, connections: Connections, log: Log | undefined): Promise<void> {
  const missing = await missingRights(connections);
  if (missing.length > 0) {
    const fault = `Patchbay's role has no right to ${missing.join(", ")}`;
    throw unusable(
      url,
      fault,
      "Run `patchbay migrate --grant-to` with its name, as the role that owns the tables.",
    );
  }
  const rights = log ? await excessRights(connections) : [];
  if (rights.length > 0) log?.warn({ rights }, "database role could alter the audit log");
}
