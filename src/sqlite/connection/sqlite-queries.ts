import {
  row,
  run,
  type Answer,
  type Database,
  type Statement,
  type Work,
} from "../../store/database/database.ts";
import {
  placedValues,
  placeParameters,
  type PlacedStatement,
} from "../../store/database/named-parameters.ts";
import { notRecorded } from "../../store/database/not-recorded.ts";
import { alreadyRequested, isRepeatedSql } from "../../store/database/repeated-request.ts";
import { checkAppendOnlyTriggers } from "./append-only-triggers.ts";
import { emptyWriteAheadLog, prepared, type SqliteDatabase } from "./database.ts";
import { quickFaults } from "./integrity.ts";
import { probeWrite, writeTransaction } from "./write-transaction.ts";

/**
 * A database file for the queries that it shares with PostgreSQL. Work runs in one go: nothing comes in between. The clock
 * of the file is the one of its only server.
 */
export function sqliteQueries(db: SqliteDatabase, now: () => Date): Database {
  const ask = statementRunner(db, now);
  return {
    isShared: false,
    read: async (work) => runWork(ask, work),
    write: async (work) => writeTransaction(db, () => runWork(ask, work())),
    // A lone surrogate cannot be written as UTF-8.
    storable: (text) => text.toWellFormed(),
    *nextPlace(workspaceId, requestId) {
      checkAppendOnlyTriggers(db);
      const newest = yield* row<Newest>(newestSql, { workspaceId, requestId });
      if (newest?.isRepeated === 1) throw alreadyRequested();
      return {
        sequence: (newest?.sequence ?? 0) + 1,
        position: (newest?.position ?? 0) + 1,
        previousHash: newest?.hash ?? undefined,
      };
    },
    *insertOne(sql, values) {
      if ((yield* run(sql, values)) !== 1) throw notRecorded("the entry was not taken");
    },
    // One process has the file, so its locks are in memory.
    *requireLeases() {},
    // Nobody else remembers anything: one server has the file.
    // oxlint-disable-next-line require-yield
    *signal() {
      return undefined;
    },
    onSignal: () => undefined,
    scrub: () => emptyWriteAheadLog(db),
    checkWritable: async () => probeWrite(db, () => checkAppendOnlyTriggers(db)),
    faults: async () => quickFaults(db),
    close: async () => {
      db.close();
    },
  };
}

/** Does work that needs no clock at once. */
export function runNow<Result>(db: SqliteDatabase, work: Work<Result>): Result {
  return runWork(statementRunner(db, noClock), work);
}

function noClock(): never {
  throw new Error("this work has no clock");
}

/** Answers one statement. */
type Ask = (statement: Statement) => Answer;

function statementRunner(db: SqliteDatabase, now: () => Date): Ask {
  const placed = new Map<string, PlacedStatement>();
  const placedOf = (sql: string): PlacedStatement => {
    let known = placed.get(sql);
    // The driver binds values by place faster than by name.
    if (!known) placed.set(sql, (known = placeParameters(sql.replace(rowLocks, ""), repeated)));
    return known;
  };
  return ({ sql, values }) => {
    const { sql: text, names } = placedOf(sql);
    const statement = prepared(db, text);
    const timed = names.includes("clockMs") ? { ...values, clockMs: now().getTime() } : values;
    const bound = placedValues(names, timed);
    if (statement.reader) return { rows: statement.all(...bound), changes: 0 };
    return { rows: [], changes: statement.run(...bound).changes };
  };
}

// SQLite has one writer at a time, and no words for the locks of rows.
const rowLocks = /\s+FOR UPDATE(?: OF \w+)?(?: SKIP LOCKED)?/u;

function repeated(name: string, names: string[]): string {
  names.push(name);
  return "?";
}

function runWork<Result>(ask: Ask, work: Work<Result>): Result {
  let step = work.next();
  while (!step.done) step = work.next(step.value.statements.map(ask));
  return step.value;
}

interface Newest {
  readonly position: number | null;
  readonly hash: string | null;
  readonly sequence: number;
  readonly isRepeated: number;
}

// The sequence is part of the hash, so it has to be known before the insert. It never decreases, even if somebody
// tampered with the counter.
const newestSql = `SELECT h.position, h.hash, ${isRepeatedSql} AS "isRepeated", max(
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_entries'), 0),
    coalesce((SELECT max(sequence) FROM audit_entries), 0)) AS sequence
  FROM (SELECT @workspaceId AS workspace_id) w LEFT JOIN audit_heads h ON h.workspace_id = w.workspace_id`;
