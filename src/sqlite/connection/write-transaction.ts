import { setTimeout as pause } from "node:timers/promises";
import type Database from "better-sqlite3";
import { SqliteError } from "./driver.ts";
import { Problem } from "../../domain/problem.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { errorCode } from "./database-error.ts";
import { prepared } from "./database.ts";
import type { RunWrites, SqliteDatabase, Tell, Write } from "./handle-state.ts";
import { fileFault } from "./file-identity.ts";

/**
 * How long a write waits for another process that writes, and how long between two tries, in milliseconds. A person is
 * to be told within 3,000, and a change that cannot be recorded asks twice: for itself and for its refusal.
 */
const patienceMs = 1_000;
const pauseMs = 25;

/** So many writes share a commit: together they hold the process for some ten milliseconds. */
const mostTogether = 64;

/** So many commits may follow each other, one as soon as the other is notified of, before others have their turn. */
const mostInATurn = 8;

/**
 * Runs writes as one transaction that is durable when it resolves: all of them or none. Those of several callers that
 * come before anything else happens share a commit, each still on its own. It waits for another process without holding up this
 * one. Throws not_recorded, with SQLite's error as its cause, when the database cannot be written or its file is no
 * longer there, and whatever `act` itself throws. `act` may run more than once; what it did before is taken back.
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
    // Behind a full group, and behind many that came one after the other, others have their turn first.
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
    // Whoever comes while this group waits for another process comes after it.
    if (writes.waiting === group) writes.waiting = undefined;
    try {
      const tellAll = attempt(db, group);
      writes.isHeld = false;
      for (const tell of tellAll) tell();
      return;
    } catch (error) {
      const busy = isHeld(error);
      if (!busy || performance.now() >= giveUpAt) {
        writes.isHeld = busy;
        const [only] = group;
        if (only && group.length === 1) only.fail(error);
        // What fails all of them need not fail each of them.
        else for (const write of group) await writeGroup(db, [write]);
        return;
      }
    }
    await pause(pauseMs);
  }
}

/** Runs all writes of a group in one transaction, each in a savepoint; gives back what tells the callers. */
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
    let tell: Tell = () => undefined;
    transactionOf(db)(() => {
      tell = act();
      return [];
    });
    return tell;
  } catch (error) {
    // Some of SQLite's errors end the whole transaction and not only this part of it.
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
 * Writes about 64 KB and takes it back, to tell whether a change could be recorded now. Throws what `writeTransaction`
 * throws, and what `check` throws inside the transaction.
 */
export async function probeWrite(db: SqliteDatabase, check: () => void = () => undefined): Promise<void> {
  try {
    await writeTransaction(db, () => {
      check();
      const cache = Number(db.pragma("cache_size", { simple: true }));
      try {
        // A transaction that is rolled back never reaches the disk, and so never finds it full, while it fits in the
        // cache; with a small one its pages must go out to the write-ahead log.
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

/** The Problem of a write that did not happen, with why, in the middle of a sentence. */
export function notRecorded(why: string, cause?: unknown): Problem {
  return new Problem("not_recorded", `Patchbay's database could not be written: ${why}.`, {}, cause);
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
