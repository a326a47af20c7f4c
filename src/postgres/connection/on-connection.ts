import PQueue from "p-queue";
import type pg from "pg";
import { serverLimits } from "./pool.ts";
import { isBroken } from "./postgres-error.ts";
import { preparedStatements, type PreparedStatements } from "./prepared-statements.ts";

/** The connections of one process, and those who wait for one. Waiting is no fault, however long the queue. */
export interface Connections {
  readonly pool: pg.Pool;
  readonly waiting: PQueue;
  readonly prepared: PreparedStatements;
  /** See `PostgresLimits`. */
  readonly writeMs: number;
}

/** The queue in front of a pool. */
export function connectionsOf(pool: pg.Pool, { writeMs } = serverLimits): Connections {
  const waiting = new PQueue({ concurrency: pool.options.max });
  return { pool, waiting, prepared: preparedStatements(), writeMs };
}

/**
 * Does something on a connection of the pool. If it fails, whatever transaction was open is rolled back; a connection
 * that is broken or cannot be rolled back is closed, and the pool opens another one.
 */
export async function onConnection<Result>(
  { pool, waiting }: Connections,
  act: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  return waiting.add(async () => onFreeConnection(pool, act));
}

async function onFreeConnection<Result>(
  pool: pg.Pool,
  act: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  // While it is in use, its failure is the failure of what is asked on it.
  const ignore = (): void => undefined;
  client.on("error", ignore);
  const giveBack = (isUsable: boolean): void => {
    client.off("error", ignore);
    client.release(!isUsable);
  };
  try {
    const result = await act(client);
    giveBack(true);
    return result;
  } catch (error) {
    giveBack(!isBroken(error) && (await rollBack(client)));
    throw error;
  }
}

async function rollBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}
