import type { Locks } from "../domain/ports/locks.ts";
import type { Replicas } from "../domain/ports/replicas.ts";
import type { Log } from "../domain/ports/log.ts";
import { onConnection, type Connections } from "./connection/on-connection.ts";
import { connectToCurrentPostgres } from "./connection/open-connections.ts";
import { postgresFault, unusable } from "./connection/postgres-fault.ts";
import { postgresQueries } from "./connection/postgres-queries.ts";
import type { PostgresUrl } from "./connection/postgres-url.ts";
import { excessRights, missingRights } from "./connection/rights.ts";
import { hasOldServer } from "./connection/running-servers.ts";
import { listenForSignals } from "./connection/signal-listener.ts";
import { leaseLocks, type LeaseOptions } from "./locks/lease-locks.ts";
import { startHeartbeat } from "./replicas/heartbeat.ts";
import { liveReplicas } from "./replicas/live-replicas.ts";
import type { Database } from "../store/database/database.ts";

/** A PostgreSQL database that is ready: its schema is current, and the role may do what is needed. */
export interface OpenedPostgres {
  readonly database: Database;
  /** The id of this process among those that use it. */
  readonly replicaId: string;
  /** Locks over all processes that use it. */
  readonly locks: Locks;
  /** The servers that use it. */
  readonly replicas: Replicas;
  close(): Promise<void>;
}

/** How a PostgreSQL database is opened. */
export interface PostgresOptions extends LeaseOptions {
  /** A server is listed among those that use the database; the command line is not. */
  readonly isServer: boolean;
  /** Where signals are received if a pooler is in between: the same database without it. */
  readonly listenUrl?: PostgresUrl | undefined;
  /** The version of Patchbay, for that list. */
  readonly version: string;
}

/** Opens a PostgreSQL database. Changes nothing in it but the list of servers. Throws an error with a readable message. */
export async function openPostgres(url: PostgresUrl, options: PostgresOptions): Promise<OpenedPostgres> {
  const { isServer, log } = options;
  const connections = await connectToCurrentPostgres(url, log);
  let leave = async (): Promise<void> => undefined;
  try {
    await checkRights(url, connections, isServer ? log : undefined);
    await onConnection(connections, async (client) => {
      if (isServer && (await hasOldServer(client))) throw besideOldServer(url);
    });
    const { holder: id, version } = options;
    if (isServer) leave = await startHeartbeat(connections, { id, version, log });
  } catch (error) {
    await connections.pool.end();
    throw postgresFault(url, error);
  }
  const signals = isServer
    ? listenForSignals({ url: options.listenUrl ?? url, log, connections })
    : undefined;
  await signals?.check();
  const database = postgresQueries(connections, signals);
  return {
    database,
    replicaId: options.holder,
    locks: leaseLocks(connections, options),
    replicas: liveReplicas(database),
    close: async () => {
      await leave();
      await signals?.close();
      await database.close();
    },
  };
}

function besideOldServer(url: PostgresUrl): Error {
  const fault = "a server of an older Patchbay is running on it, which allows no other one";
  return unusable(url, fault, "Stop it first. After that, updates need no stop of all servers.");
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
