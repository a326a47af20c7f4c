import { createHash } from "node:crypto";
import { row, run, send, together, type Database, type Work } from "../../store/database/database.ts";
import { lockLost, notRecorded } from "../../store/database/not-recorded.ts";
import { gatheredReads } from "./gathered-reads.ts";
import { alreadyRequested, isRepeatedSql } from "../../store/database/repeated-request.ts";
import { requireSafeguards, safeguardCount, schemaFaults } from "./safeguards.ts";
import { isBroken, isConflict, isPostgresError, isUniqueViolation, reasonOf } from "./postgres-error.ts";
import { onConnection, type Connections } from "./on-connection.ts";
import { processLocks } from "../../domain/ports/locks.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { nothingSent, postgresAsk, runWork } from "./run-work.ts";
import { newSender, sendSignal } from "./signal-channel.ts";
import type { SignalListener } from "./signal-listener.ts";

/** A PostgreSQL database for the queries that it shares with SQLite. */
export function postgresQueries(
  connections: Connections,
  signals?: Pick<SignalListener, "sender" | "onSignal">,
): Database {
  const sender = signals?.sender ?? newSender();
  const turns = processLocks();
  const ask = postgresAsk(connections.prepared);

  /** Runs a transaction once. */
  const attempt = async <Result>(work: Work<Result>, begin: string, state: Attempt): Promise<Result> =>
    onConnection(connections, async (client) => {
      const sent = nothingSent();
      sent.add(client.query(begin));
      const result = await runWork(client, ask, work, sent);
      // A connection that was broken before shows that now, while the write can still be repeated.
      if (!sent.hasAnswered()) await sent.answers([]);
      state.isSent = true;
      const [end] = await sent.answers([client.query("COMMIT")]);
      if (end?.command !== "COMMIT") throw notRecorded("it did not accept the entry");
      return result;
    });

  const writeNow: Database["write"] = async (work, workspaceId, { isDurable = true } = {}) => {
    const begin = beginning({ workspaceId, isDurable, writeMs: connections.writeMs });
    const giveUpAt = performance.now() + connections.writeMs;
    let isDuplicate = false;
    for (;;) {
      const state: Attempt = { isSent: false };
      try {
        return await attempt(work(), begin, state);
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

  const write: Database["write"] = async (work, workspaceId, options = {}) => {
    const { takesTurn = true, isDeferred = false } = options;
    if (isDeferred) await yieldToEventLoop();
    return workspaceId === undefined || !takesTurn
      ? writeNow(work, undefined, options)
      : turns.withLock(workspaceId, async () => writeNow(work, workspaceId, options));
  };

  return {
    isShared: true,
    read: gatheredReads(connections, ask),
    write,
    // PostgreSQL stores no NUL, and a lone surrogate cannot be written as UTF-8.
    storable: (text) => text.toWellFormed().replaceAll("\0", "\uFFFD"),
    *nextPlace(workspaceId, requestId) {
      const place = yield* row<NextPlace>(placeSql, { workspaceId, requestId });
      yield* requireSafeguards(place?.safeguards);
      const { sequence, position, hash } = place ?? {};
      if (typeof sequence !== "number") throw alreadyRequested();
      return { sequence, position: (position ?? 0) + 1, previousHash: hash ?? undefined };
    },
    // A division by zero fails the transaction, so the row is sent with what comes next, and nobody waits for it.
    insertOne: (sql, values) =>
      send(`WITH inserted AS (${sql} RETURNING 1) SELECT 1 / count(*) FROM inserted`, values),
    *requireLeases(leases) {
      const held = yield* together<unknown[]>(
        ...leases.map(({ key, holder, fence }) => row(leaseSql, { key, holder, fence })),
      );
      if (held.includes(undefined)) throw lockLost();
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
          yield* run("INSERT INTO write_probe VALUES ('')");
          throw rolledBack;
        });
      } catch (error) {
        if (error !== rolledBack) throw error;
      }
    },
    faults: async () => onConnection(connections, async (client) => runWork(client, ask, schemaFaults())),
    close: async () => {
      // Locks are released after their work has ended.
      await connections.waiting.onIdle();
      await connections.pool.end();
    },
  };
}

interface Attempt {
  /** Whether COMMIT was sent. */
  isSent: boolean;
}

const rolledBack = new Error("rolled back");

interface NextPlace {
  /** Null for a change that is on record. */
  readonly sequence: number | null;
  readonly position: number | null;
  readonly hash: string | null;
  readonly safeguards: number;
}

// The head stays locked until the transaction ends, so nobody else takes the same place. The sequence is taken after
// that: within a workspace it grows in the order of the commits, so a cursor skips no entry.
const placeSql = `WITH head AS MATERIALIZED (
    SELECT position, hash FROM audit_heads WHERE workspace_id = @workspaceId FOR UPDATE)
  SELECT head.position, head.hash, ${safeguardCount} AS safeguards,
    CASE WHEN NOT ${isRepeatedSql} THEN nextval('audit_sequence') END AS sequence
  FROM (SELECT 1) AS one LEFT JOIN head ON true`;

const leaseSql = `SELECT 1 FROM locks
  WHERE key = @key AND holder = @holder AND fence = @fence AND until > clock_timestamp() FOR UPDATE`;

/**
 * The beginning of a write, in one message. Writes of one workspace take turns, as all writes do on SQLite: what a
 * write has checked is still so when it is committed. The limits hold for this transaction only, so that a pooler in
 * between may give the connection to others.
 */
function beginning({ workspaceId, isDurable, writeMs }: Beginning): string {
  const limits = `SET LOCAL statement_timeout = ${writeMs}; SET LOCAL lock_timeout = ${writeMs};
    SET LOCAL idle_in_transaction_session_timeout = ${5 * writeMs}`;
  const waits = isDurable ? "" : "; SET LOCAL synchronous_commit = off";
  const turn = workspaceId === undefined ? "" : `; SELECT pg_advisory_xact_lock(${turnKey(workspaceId)})`;
  return `BEGIN; ${limits}${waits}${turn}`;
}

interface Beginning {
  readonly workspaceId: string | undefined;
  readonly isDurable: boolean;
  readonly writeMs: number;
}

/** A number for a workspace's turn. Two workspaces with the same number only wait for each other. */
function turnKey(workspaceId: string): string {
  return createHash("sha256").update(`patchbay ${workspaceId}`).digest().readBigInt64BE().toString();
}
