import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../../domain/ports/log.ts";
import { postgresFault } from "./postgres-fault.ts";
import { connectionOptions } from "./pool.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** The lock of the one server of a database: the letters PBAY in ASCII, and a number of ours. */
const family = 0x50424159;
const server = 1;

/** How often a lost lock is tried again, and a held one is looked at, in milliseconds. */
const retryMs = 1_000;
const lookMs = 5_000;

/** The lock of the one server of a database. */
export interface ServerLock {
  /** The session that holds it; undefined while it is lost. Nothing is written without it. */
  holder(): number | undefined;
  release(): Promise<void>;
}

/** SQL that finds the session which holds the lock. */
export const holderSql = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = ${family} AND objid = ${server}`;

/**
 * Takes the lock of the one server of a database, on a connection of its own. PostgreSQL frees it when that
 * connection ends, so nothing stale remains, and a process that is only paused keeps it. If the connection breaks,
 * the lock is lost until it can be taken again. Throws an error in words if another server holds it.
 */
export async function lockServer(url: PostgresUrl, log: Log): Promise<ServerLock> {
  const state: LockState = { held: undefined, isReleased: false };
  const first = await openSession(url);
  if (!first) throw heldByAnother(url);
  void keepLock(first, state, { url, log });
  return {
    holder: () => state.held?.pid,
    release: async () => {
      state.isReleased = true;
      await state.held?.end();
    },
  };
}

interface LockState {
  held: Session | undefined;
  isReleased: boolean;
}

interface Around {
  readonly url: PostgresUrl;
  readonly log: Log;
}

/** Holds the lock until it is released, and takes it again whenever its connection ends. */
async function keepLock(first: Session, state: LockState, around: Around): Promise<void> {
  const { url, log } = around;
  for (let session: Session | undefined = first; session; session = await takeAgain(state, around)) {
    if (session !== first) log.info({ database: url.title }, "database lock taken again");
    state.held = session;
    await session.ended;
    state.held = undefined;
    if (state.isReleased) return;
    log.error({ database: url.title }, "database lock lost, nothing is written until it is taken again");
  }
}

/** Tries until it has the lock, or until nobody wants it any more. */
async function takeAgain(state: LockState, { url, log }: Around): Promise<Session | undefined> {
  while (!state.isReleased) {
    await pause(retryMs, undefined, { ref: false });
    try {
      const session = await openSession(url);
      if (session && !state.isReleased) return session;
      await session?.end();
    } catch (err) {
      log.warn({ err }, "database lock not taken");
    }
  }
  return undefined;
}

interface Session {
  readonly pid: number;
  /** Resolves when its connection has ended. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

/** A connection that holds the lock, or undefined if another one does. */
async function openSession(url: PostgresUrl): Promise<Session | undefined> {
  const client = new pg.Client(connectionOptions(url));
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  client.once("end", finish);
  // Its end says the same.
  client.on("error", () => undefined);
  try {
    await client.connect();
    // A machine that vanishes without a word loses the lock within half a minute.
    await client.query(
      "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3",
    );
    const pid = await take(client);
    if (pid === undefined) {
      await client.end();
      return undefined;
    }
    const looking = setInterval(() => {
      client.query("SELECT 1").catch(() => {
        // Without an answer it counts as ended, also if the network never says so.
        finish();
        client.end().catch(() => undefined);
      });
    }, lookMs);
    looking.unref();
    void ended.then(() => clearInterval(looking));
    return { pid, ended, end: async () => client.end() };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw postgresFault(url, error);
  }
}

// One transaction: behind a pooler, another server may share the session, which would get the lock a second time.
async function take(client: pg.Client): Promise<number | undefined> {
  await client.query("BEGIN");
  const found = await client.query(holderSql);
  const taken =
    found.rowCount === 0
      ? await client.query<{ pid: number; taken: boolean }>(
          `SELECT pg_backend_pid() AS pid, pg_try_advisory_lock(${family}, ${server}) AS taken`,
        )
      : undefined;
  await client.query("COMMIT");
  const [row] = taken?.rows ?? [];
  return row?.taken ? row.pid : undefined;
}

function heldByAnother({ title }: PostgresUrl): Error {
  const fault = `The database ${title} cannot be used: another Patchbay server is running on it`;
  const error = new Error(
    `${fault}. Stop that one first: several servers on one database are not supported yet. After a crash it takes up to half a minute until the database notices.`,
  );
  error.name = "DatabaseError";
  return error;
}
