import { setTimeout as pause } from "node:timers/promises";
import type Database from "better-sqlite3";
import { SqliteError } from "./driver.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { errorCode } from "./database-error.ts";
import { prepared } from "./database.ts";
import { notRecorded } from "../../store/database/not-recorded.ts";
import type { RunWrites, SqliteDatabase, Notify, Write } from "./handle-state.ts";
import { fileFault } from "./file-identity.ts";

/**
 * How long a write waits for another process, and the interval between attempts, in milliseconds. People must get
 * an answer within 3,000, and a change that cannot be recorded tries twice: for itself and for its refusal.
 */
const patienceMs = 1_000;
const pauseMs = 25;

/** The most writes in one commit: together they block the process for about ten milliseconds. */
const mostTogether = 64;

/** The most consecutive commits before other work gets its turn. */
const mostInATurn = 8;

/**
 * Runs writes as one transaction that is durable when the promise resolves: all or none. Writes of several callers
 * in the same moment share a commit, but fail independently. It waits for another process without blocking this
 * one. Throws not_recorded, with SQLite's error as its cause, if the database cannot be written or its file is
 * gone, and whatever `act` throws. `act` may run more than once; earlier runs are rolled back.
 */
export async function writeTransaction<Result>(db: SqliteDatabase, act: () => Result): Promise<Result> {
  return new Promise((resolve, reject) => {
    const write: Write = {
      act: () => {
        const result = act();
        return () => resolve(result);
      },
      fail: reject,
    };
    const { writes } = db.state;
    const others = writes.waiting;
    if (others && others.length < mostTogether) {
      others.push(write);
      return;
    }
    const group = [write];
    writes.waiting = group;
    // After a full group, or many groups in a row, other work gets its turn first.
    if (others || writes.commits >= mostInATurn)
      void yieldToEventLoop().then(async () => writeGroup(db, group));
    else queueMicrotask(() => void writeGroup(db, group));
  });
}

async function writeGroup(db: SqliteDatabase, group: readonly Write[]): Promise<void> {
  const { writes } = db.state;
  writes.commits += 1;
  if (writes.commits === 1) setImmediate(() => void (writes.commits = 0));
  const giveUpAt = performance.now() + (writes.isHeld ? 0 : patienceMs);
  for (;;) {
    // Writes that arrive while this group waits for another process go into the next group.
    if (writes.waiting === group) writes.waiting = undefined;
    try {
      const notifyAll = attempt(db, group);
      writes.isHeld = false;
      for (const notify of notifyAll) notify();
      return;
    } catch (error) {
      const busy = isHeld(error);
      if (!busy || performance.now() >= giveUpAt) {
        writes.isHeld = busy;
        const [only] = group;
        if (only && group.length === 1) only.fail(error);
        // The failure of the group need not be the failure of each write.
        else for (const write of group) await writeGroup(db, [write]);
        return;
      }
    }
    await pause(pauseMs);
  }
}

/** Runs all writes of a group in one transaction, each in a savepoint. The returned functions inform the callers. */
function attempt(db: SqliteDatabase, group: readonly Write[]): readonly (() => void)[] {
  if (!db.open) throw notRecorded("it is closed, because Patchbay is stopping");
  const fault = fileFault(db);
  if (fault !== undefined) throw notRecorded(fault);
  const [only, ...others] = group;
  const alone = only && others.length === 0;
  try {
    return transactionOf(db).immediate(() =>
      alone ? [only.act()] : group.map((write) => inSavepoint(db, write)),
    );
  } catch (error) {
    throw recordingFault(error);
  }
}

function transactionOf(db: SqliteDatabase): Database.Transaction<RunWrites> {
  return (db.state.writes.transaction ??= db.transaction<RunWrites>((act) => act()));
}

function inSavepoint(db: SqliteDatabase, { act, fail }: Write): () => void {
  try {
    let tell: Notify = () => undefined;
    transactionOf(db)(() => {
      tell = act();
      return [];
    });
    return tell;
  } catch (error) {
    // Some SQLite errors roll back the whole transaction and not only the savepoint.
    if (error instanceof SqliteError || !db.inTransaction) throw error;
    return () => fail(error);
  }
}

const recordingFault = (error: unknown): unknown =>
  error instanceof SqliteError ? notRecorded(reason(error), error) : error;

/** More than a change and its outcome ever need, and more than the cache below holds, in bytes. */
const probeBytes = 64 * 1_024;
const rolledBack = new Error("rolled back");

/**
 * Writes about 64 KB and rolls back, to find out whether a change could be recorded now. Throws what
 * `writeTransaction` throws, and what `check` throws inside the transaction.
 */
export async function probeWrite(db: SqliteDatabase, check: () => void = () => undefined): Promise<void> {
  try {
    await writeTransaction(db, () => {
      check();
      const cache = Number(db.pragma("cache_size", { simple: true }));
      try {
        // A rolled-back transaction that fits into the cache never reaches the disk, so it never finds it full. With a small
        // cache, its pages go to the write-ahead log.
        db.pragma("cache_size = 4");
        prepared(db, "INSERT INTO write_probe VALUES (zeroblob(?))").run(probeBytes);
      } finally {
        db.pragma(`cache_size = ${cache}`);
      }
      throw rolledBack;
    });
  } catch (error) {
    if (error !== rolledBack) throw error;
  }
}

function isHeld(error: unknown): boolean {
  const code = error instanceof Problem ? errorCode(error.cause) : "";
  return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED");
}

function reason(error: unknown): string {
  const code = errorCode(error);
  if (code.startsWith("SQLITE_FULL")) return "its disk is full";
  if (code.startsWith("SQLITE_READONLY")) return "it may only be read";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return "another process holds it";
  if (code.startsWith("SQLITE_IOERR")) return "its disk reports an error";
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) return "its file is damaged";
  return `SQLite says ${code}`;
}
