import { row, type Answer, type Database, type Statement, type Work } from "../../store/database/database.ts";
import { checkAppendOnlyTriggers } from "./append-only-triggers.ts";
import { emptyWriteAheadLog, prepared, type SqliteDatabase } from "./database.ts";
import { quickFaults } from "./integrity.ts";
import { probeWrite, writeTransaction } from "./write-transaction.ts";

/** A database file for the queries that it shares with PostgreSQL. Work runs in one go: nothing comes in between. */
export function sqliteQueries(db: SqliteDatabase): Database {
  return {
    read: async (work) => runWork(db, work),
    write: async (work) => writeTransaction(db, () => runWork(db, work())),
    // A lone surrogate cannot be written as UTF-8.
    storable: (text) => text.toWellFormed(),
    *nextPlace(workspaceId) {
      checkAppendOnlyTriggers(db);
      const newest = yield* row<Newest>(newestSql, { workspaceId });
      return {
        sequence: (newest?.sequence ?? 0) + 1,
        position: (newest?.position ?? 0) + 1,
        previousHash: newest?.hash ?? undefined,
      };
    },
    scrub: () => emptyWriteAheadLog(db),
    checkWritable: async () => probeWrite(db, () => checkAppendOnlyTriggers(db)),
    faults: async () => quickFaults(db),
    close: async () => {
      db.close();
    },
  };
}

function runWork<Result>(db: SqliteDatabase, work: Work<Result>): Result {
  let step = work.next();
  while (!step.done) step = work.next(answerOf(db, step.value));
  return step.value;
}

function answerOf(db: SqliteDatabase, { sql, values }: Statement): Answer {
  const statement = prepared(db, sql);
  // A statement with parameters takes them by name, one without takes none.
  const named = sql.includes("@") ? [values] : [];
  if (statement.reader) return { rows: statement.all(...named), changes: 0 };
  return { rows: [], changes: statement.run(...named).changes };
}

interface Newest {
  readonly position: number | null;
  readonly hash: string | null;
  readonly sequence: number;
}

// The sequence is part of the hash, so it has to be known before the insert. It never decreases, even if somebody
// tampered with the counter.
const newestSql = `SELECT h.position, h.hash, max(
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_entries'), 0),
    coalesce((SELECT max(sequence) FROM audit_entries), 0)) AS sequence
  FROM (SELECT @workspaceId AS workspace_id) w LEFT JOIN audit_heads h ON h.workspace_id = w.workspace_id`;
