import pg from "pg";
import type { Tables } from "../store/transfer/tables.ts";
import { connectionOptions, serverLimits } from "./connection/pool.ts";
import { postgresFault, unusable } from "./connection/postgres-fault.ts";
import { continueNumbers, postgresTables, prepareInsert } from "./connection/postgres-tables.ts";
import { keepNewestCheckpoints } from "./migrations/0001-0020/0009-audit-checkpoints.ts";
import type { PostgresUrl } from "./connection/postgres-url.ts";
import { hasServer } from "./connection/running-servers.ts";

/** A page of long lists may take a while over a slow network. */
const answerMs = 60_000;

/** Reads all tables as they are at one moment. Throws an error with a readable message if a server is running. */
export async function readPostgres<Result>(
  url: PostgresUrl,
  act: (tables: Tables) => Promise<Result>,
): Promise<Result> {
  return inTransaction(url, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", async (client) =>
    act(postgresTables(client)),
  );
}

/** Fills the tables of an empty database, all or nothing. Throws an error with a readable message if a server is running. */
export async function fillPostgres<Result>(
  url: PostgresUrl,
  act: (tables: Tables) => Promise<Result>,
): Promise<Result> {
  return inTransaction(url, "BEGIN", async (client) => {
    await client.query(prepareInsert);
    const result = await act(postgresTables(client));
    await client.query(keepNewestCheckpoints);
    await continueNumbers(client);
    return result;
  });
}

async function inTransaction<Result>(
  url: PostgresUrl,
  begin: string,
  act: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(connectionOptions(url, { ...serverLimits, readMs: answerMs }));
  // What is asked on a broken connection fails by itself.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await requireNoServer(url, client);
    await client.query(begin);
    const result = await act(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    throw postgresFault(url, error);
  } finally {
    await client.end();
  }
}

async function requireNoServer(url: PostgresUrl, client: pg.Client): Promise<void> {
  if (!(await hasServer(client))) return;
  const remedy = "Stop it first. After a crash it takes 20 s until the database notices.";
  throw unusable(url, "a Patchbay server is running on it", remedy);
}
