import { setTimeout as pause } from "node:timers/promises";
import { SqliteError } from "./driver.ts";
import { Problem } from "../domain/problem.ts";
import { errorCode } from "./database-error.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import { fileFault } from "./file-identity.ts";

/**
 * How long a write waits for another process that writes, and how long between two tries, in milliseconds. A person is
 * to be told within 3,000, and a change that cannot be recorded asks twice: for itself and for its refusal.
 */
const patienceMs = 1_000;
const pauseMs = 25;

// Where the last write found the database held: until it is free again nobody waits a second time.
const held = new WeakSet<SqliteDatabase>();

/**
 * Runs writes as one transaction that is durable when it resolves: all of them or none. It waits for another process
 * without holding up this one. Throws not_recorded, with SQLite's error as its cause, when the database cannot be
 * written or its file is no longer there, and whatever `act` itself throws.
 */
export async function writeTransaction<Result>(db: SqliteDatabase, act: () => Result): Promise<Result> {
  const giveUpAt = performance.now() + (held.has(db) ? 0 : patienceMs);
  for (;;) {
    try {
      const result = attempt(db, act);
      held.delete(db);
      return result;
    } catch (error) {
      if (!isHeld(error)) {
        held.delete(db);
        throw error;
      }
      if (performance.now() >= giveUpAt) {
        held.add(db);
        throw error;
      }
    }
    await pause(pauseMs);
  }
}

function attempt<Result>(db: SqliteDatabase, act: () => Result): Result {
  if (!db.open) throw notRecorded("it is closed, because Patchbay is stopping");
  const fault = fileFault(db);
  if (fault !== undefined) throw notRecorded(fault);
  try {
    return db.transaction(act).immediate();
  } catch (error) {
    if (error instanceof SqliteError) throw notRecorded(reason(error), error);
    throw error;
  }
}

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
