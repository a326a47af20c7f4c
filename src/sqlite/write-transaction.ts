import Database from "better-sqlite3";
import { Problem } from "../domain/problem.ts";
import { errorCode } from "./database-error.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";

/**
 * Runs writes as one transaction that is durable when it returns: all of them or none. Throws not_recorded, with
 * SQLite's error as its cause, when the database cannot be written, and whatever `act` itself throws.
 */
export function writeTransaction<Result>(db: SqliteDatabase, act: () => Result): Result {
  if (!db.open) throw notRecorded("it is closed, because Patchbay is stopping");
  try {
    return db.transaction(act).immediate();
  } catch (error) {
    if (error instanceof Database.SqliteError) throw notRecorded(reason(error), error);
    throw error;
  }
}

/** More than a change and its outcome ever need, and more than the cache below holds, in bytes. */
const probeBytes = 64 * 1_024;
const rolledBack = new Error("rolled back");

/**
 * Writes about 64 KB and takes it back, to tell whether a change could be recorded now. Throws what `writeTransaction`
 * throws.
 */
export function probeWrite(db: SqliteDatabase): void {
  if (!db.open) throw notRecorded("it is closed, because Patchbay is stopping");
  const cache = Number(db.pragma("cache_size", { simple: true }));
  try {
    // A transaction that is rolled back never reaches the disk, and so never finds it full, while it fits in the
    // cache; with a small one its pages must go out to the write-ahead log.
    db.pragma("cache_size = 4");
    writeTransaction(db, () => {
      prepared(db, "INSERT INTO write_probe VALUES (zeroblob(?))").run(probeBytes);
      throw rolledBack;
    });
  } catch (error) {
    if (error !== rolledBack) throw error;
  } finally {
    db.pragma(`cache_size = ${cache}`);
  }
}

function notRecorded(why: string, cause?: unknown): Problem {
  return new Problem("not_recorded", `Patchbay's database could not be written: ${why}.`, {}, cause);
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
