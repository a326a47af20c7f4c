import { createHash } from "node:crypto";
import type pg from "pg";
import { row, type Answer, type Database, type Statement, type Work } from "../../store/database/database.ts";
import {
  placedValues,
  placeParameters,
  type PlacedStatement,
} from "../../store/database/named-parameters.ts";
import { lockLost, notRecorded } from "../../store/database/not-recorded.ts";
import { requireSafeguards, safeguardCount, schemaFaults } from "./safeguards.ts";
import { isBroken, isConflict, isPostgresError, isUniqueViolation, reasonOf } from "./postgres-error.ts";
import { onConnection, type Connections } from "./on-connection.ts";
import { processLocks } from "../../domain/ports/locks.ts";
import { newSender, sendSignal } from "./signal-channel.ts";
import type { SignalListener } from "./signal-listener.ts";

/** A PostgreSQL database for the queries that it shares with SQLite. */
export function postgresQueries(
  connections: Connections,
  signals?: Pick<SignalListener, "sender" | "onSignal">,
): Database {
  const sender = signals?.sender ?? newSender();
  const turns = processLocks();
  const placed = new Map<string, PlacedStatement>();
  const placedOf = (sql: string): PlacedStatement => {
    let known = placed.get(sql);
    if (!known) placed.set(sql, (known = placeParameters(inPostgres(sql), numbered)));
    return known;
  };
  const ask = async (client: pg.ClientBase, { sql, values }: Statement): Promise<Answer> => {
    const { sql: text, names } = placedOf(sql);
    const found = await client.query<Record<string, unknown>>(
      text,
      placedValues(names, values).map(storedValue),
    );
    return { rows: found.rows, changes: found.rowCount ?? 0 };
  };
  const runWork = async <Result>(client: pg.ClientBase, work: Work<Result>): Promise<Result> => {
    let step = work.next();
    while (!step.done) step = work.next(await ask(client, step.value));
    return step.value;
  };

  /** Runs a transaction once. */
  const attempt = async <Result>(
    work: Work<Result>,
    workspaceId: string | undefined,
    state: Attempt,
  ): Promise<Result> =>
    onConnection(connections, async (client) => {
      state.isSent = false;
      await client.query(beginning(workspaceId, connections.writeMs));
      const result = await runWork(client, work);
      state.isSent = true;
      await client.query("COMMIT");
      return result;
    });

  const writeNow: Database["write"] = async (work, workspaceId) => {
    const giveUpAt = performance.now() + connections.writeMs;
    let isDuplicate = false;
    for (;;) {
      const state: Attempt = { isSent: false };
      try {
        return await attempt(work(), workspaceId, state);
      } catch (error) {
        if (!isPostgresError(error)) throw error;
        // After an unanswered COMMIT nobody knows whether it is written: it is not written a second time.
        const mayRetry =
          isConflict(error) ||
          (isBroken(error) && !state.isSent) ||
          // Another process has just written the same row: this time the work's own check finds it, and says so.
          (isUniqueViolation(error) && !isDuplicate);
        isDuplicate ||= isUniqueViolation(error);
        if (!mayRetry || performance.now() >= giveUpAt) throw notRecorded(reasonOf(error), error);
      }
    }
  };

  const write: Database["write"] = async (work, workspaceId) =>
    workspaceId === undefined
      ? writeNow(work)
      : turns.withLock(workspaceId, async () => writeNow(work, workspaceId));

  return {
    isShared: true,
    async read(work) {
      try {
        return await onConnection(connections, async (client) => runWork(client, work));
      } catch (error) {
        if (isPostgresError(error)) throw notRecorded(reasonOf(error), error);
        throw error;
      }
    },
    write,
    // PostgreSQL stores no NUL, and a lone surrogate cannot be written as UTF-8.
    storable: (text) => text.toWellFormed().replaceAll("\0", "\uFFFD"),
    *nextPlace(workspaceId) {
      const place = yield* row<NextPlace>(placeSql, { workspaceId });
      yield* requireSafeguards(place?.safeguards);
      const { sequence = 0, position, hash } = place ?? {};
      return { sequence, position: (position ?? 0) + 1, previousHash: hash ?? undefined };
    },
    *requireLease({ key, fence }) {
      if (!(yield* row(leaseSql, { key, fence }))) throw lockLost();
    },
    signal: (signal) => sendSignal(sender, signal),
    onSignal: (listener) => signals?.onSignal(listener),
    // PostgreSQL overwrites and archives its files by itself; secrets in them stay encrypted.
    scrub: () => undefined,
    async checkWritable() {
      try {
        await write(function* () {
          const found = yield* row<Pick<NextPlace, "safeguards">>(`SELECT ${safeguardCount} AS safeguards`);
          yield* requireSafeguards(found?.safeguards);
          yield { sql: "INSERT INTO write_probe VALUES ('')", values: {} };
          throw rolledBack;
        });
      } catch (error) {
        if (error !== rolledBack) throw error;
      }
    },
    faults: async () => onConnection(connections, async (client) => runWork(client, schemaFaults())),
    close: async () => connections.pool.end(),
  };
}

interface Attempt {
  /** Whether COMMIT was sent. */
  isSent: boolean;
}

const rolledBack = new Error("rolled back");

interface NextPlace {
  readonly sequence: number;
  readonly position: number | null;
  readonly hash: string | null;
  readonly safeguards: number;
}

// The head stays locked until the transaction ends, so nobody else takes the same place. The sequence is taken after
// that: within a workspace it grows in the order of the commits, so a cursor skips no entry.
const placeSql = `WITH head AS MATERIALIZED (
    SELECT position, hash FROM audit_heads WHERE workspace_id = @workspaceId FOR UPDATE)
  SELECT head.position, head.hash, nextval('audit_sequence') AS sequence, ${safeguardCount} AS safeguards
  FROM (SELECT 1) AS one LEFT JOIN head ON true`;

const leaseSql = `SELECT 1 FROM locks WHERE key = @key AND fence = @fence AND until > clock_timestamp()
  FOR UPDATE`;

// Hints for SQLite, which would otherwise choose another index.
const indexHints = /\s+(?:INDEXED BY \w+|NOT INDEXED)/gu;
/** Of this moment, not of the transaction's start, so that claims of a transaction that waited last as long. */
const clockMs = "floor(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT";

const inPostgres = (sql: string): string =>
  sql.replaceAll(indexHints, "").replaceAll(/@clockMs\b/gu, clockMs);

function numbered(name: string, names: string[]): string {
  if (!names.includes(name)) names.push(name);
  return `$${names.indexOf(name) + 1}`;
}

const storedValue = (value: unknown): unknown =>
  typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;

/**
 * The beginning of a write, in one message. Writes of one workspace take turns, as all writes do on SQLite: what a
 * write has checked is still so when it is committed. The limits hold for this transaction only, so that a pooler in
 * between may give the connection to others.
 */
function beginning(workspaceId: string | undefined, writeMs: number): string {
  const limits = `SET LOCAL statement_timeout = ${writeMs}; SET LOCAL lock_timeout = ${writeMs};
    SET LOCAL idle_in_transaction_session_timeout = ${5 * writeMs}; SET LOCAL TRANSACTION READ WRITE`;
  const turn = workspaceId === undefined ? "" : `; SELECT pg_advisory_xact_lock(${turnKey(workspaceId)})`;
  return `BEGIN; ${limits}${turn}`;
}

/** A number for a workspace's turn. Two workspaces with the same number only wait for each other. */
function turnKey(workspaceId: string): string {
  return createHash("sha256").update(`patchbay ${workspaceId}`).digest().readBigInt64BE().toString();
}
