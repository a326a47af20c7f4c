import pg from "pg";
import type { PostgresUrl } from "./postgres-url.ts";

/** How long Patchbay waits for the database, in milliseconds. */
export interface PostgresLimits {
  /** For a connection. */
  readonly connectMs: number;
  /** For a write: its statements, its turn, and its retries. A change that cannot be recorded writes twice. */
  readonly writeMs: number;
  /** For the answer to a read. */
  readonly readMs: number;
}

/** The limits of a server: people must be answered within 3,000 ms. */
export const serverLimits: PostgresLimits = { connectMs: 1_000, writeMs: 1_000, readMs: 10_000 };

/** The most connections of one process. A transaction takes some milliseconds. */
export const mostConnections = 10;

/** How the driver reads numbers: all of ours are below 2^53, and are numbers in SQLite too. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format) =>
    id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
};

/** Options that a pool and a single connection share. They set nothing that a pooler in between would refuse. */
export function connectionOptions(
  { config, tls }: PostgresUrl,
  { connectMs, readMs }: Omit<PostgresLimits, "writeMs"> = serverLimits,
): pg.ClientConfig {
  return {
    ...config,
    ssl: tls,
    application_name: "patchbay",
    connectionTimeoutMillis: connectMs,
    query_timeout: readMs,
    keepAlive: true,
    types,
  };
}

/** The connections of one process. `onError` is called for idle ones that break: the pool replaces them. */
export function openPool(
  url: PostgresUrl,
  onError: (error: Error) => void,
  limits: PostgresLimits = serverLimits,
): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(url, limits),
    // What is sent waits for no answer before it.
    pipeline: true,
    max: mostConnections,
    idleTimeoutMillis: 30_000,
  });
  pool.on("error", onError);
  return pool;
}
