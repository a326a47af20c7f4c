import type pg from "pg";
import { notRecorded } from "../../store/database/not-recorded.ts";
import { onConnection, type Connections } from "../connection/on-connection.ts";
import { isBroken, isPostgresError, postgresErrorCode, reasonOf } from "../connection/postgres-error.ts";

/** The rows of held locks. The database's clock decides until when. Throws not_recorded. */
export interface LockRows {
  /** Takes a lock that nobody else holds; undefined while somebody does. */
  take(key: string): Promise<number | undefined>;
  /** Prolongs the time from now on. False if it was over, or somebody else has the lock. */
  renew(key: string, fence: number): Promise<boolean>;
  release(key: string, fence: number): Promise<void>;
}

/** The rows as one holder uses them. It never asks twice for a lock at the same time. */
export function lockRows(
  connections: Connections,
  { holder, leaseMs }: { readonly holder: string; readonly leaseMs: number },
): LockRows {
  const { prepared } = connections;
  const ask = async (sql: string, values: readonly unknown[]): Promise<pg.QueryResult<FenceRow>> => {
    const giveUpAt = performance.now() + connections.writeMs;
    for (;;) {
      try {
        return await onConnection(connections, async (client) =>
          client.query<FenceRow>({ ...prepared.nameFor(client, sql), text: sql, values: [...values] }),
        );
      } catch (error) {
        // Each statement may run twice.
        if (isBroken(error) && performance.now() < giveUpAt) continue;
        if (isPostgresError(error)) throw notRecorded(reasonOf(error), error);
        throw error;
      }
    }
  };
  return {
    take: async (key) => {
      // A transaction with a record of the holder keeps the row for some milliseconds, or until it times out.
      for (let attemptsLeft = 6; ; attemptsLeft -= 1) {
        try {
          const taken = await ask(takeSql, [String(connections.writeMs), key, holder, leaseMs]);
          return taken.rows[0]?.fence;
        } catch (error) {
          if (attemptsLeft === 0 || !isRowInUse(error)) throw error;
        }
      }
    },
    renew: async (key, fence) => (await ask(renewSql, [key, fence, holder, leaseMs])).rowCount === 1,
    release: async (key, fence) => void (await ask(releaseSql, [key, fence, holder])),
  };
}

interface FenceRow {
  readonly fence: number;
}

function isRowInUse(error: unknown): boolean {
  return error instanceof Error && postgresErrorCode(error.cause) === "55P03";
}

const until = (leaseMs: string): string => `clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;

// Taking a lock waits for no disk: its holder's record makes it durable too, and before that nothing is sent. What this
// holder has from before is left from an attempt whose answer was lost. A crash of the database may lose a lock with its
// fence, which another holder gets then: so the holder is compared too.
const takeSql = `WITH settings AS MATERIALIZED (SELECT
    set_config('synchronous_commit', 'off', true), set_config('lock_timeout', $1, true))
  INSERT INTO locks (key, holder, until) SELECT $2, $3, ${until("$4::INTEGER")} FROM settings
  ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, until = excluded.until, fence = DEFAULT
    WHERE locks.until <= clock_timestamp() OR locks.holder = excluded.holder
  RETURNING fence`;

// Not once its time is over: others rely on its holder recording nothing any more. The holder relies on it when it
// sends a change, so it has to outlast a crash of the database.
const renewSql = `UPDATE locks SET until = ${until("$4::INTEGER")}
  WHERE key = $1 AND fence = $2 AND holder = $3 AND until > clock_timestamp()`;

const releaseSql = `WITH settings AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS done)
  DELETE FROM locks USING settings WHERE key = $1 AND fence = $2 AND holder = $3`;
