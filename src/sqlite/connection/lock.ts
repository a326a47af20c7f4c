import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type Database from "better-sqlite3";
import { asInUse } from "../../domain/ports/database-in-use.ts";
import { openFile } from "./driver.ts";
import { databaseError, errorCode, isDatabaseError, startFault } from "./database-error.ts";
import { lockHolds } from "./lock-probe.ts";

/** The lock that makes this process the only server of a database, held until it is released or the process ends. */
export interface DatabaseLock {
  release(): void;
}

/**
 * Makes this process the only server of a database file. Call it before `openDatabase`. Throws an error that
 * `isDatabaseError` recognizes, with the process that holds the lock, if there is one. Command-line commands that
 * run next to the server do not take it. The lock is an exclusive SQLite transaction on the empty file
 * `<database>.lock`. The operating system releases it when the process dies, even by SIGKILL, so nothing stale
 * remains. The text file `<database>.pid` only names the holder; it is not the lock.
 */
export function lockDatabase(path: string): DatabaseLock {
  if (path === ":memory:") return { release: () => undefined };
  const file = resolve(path);
  let db: Database.Database | undefined;
  let pidFile: string | undefined;
  try {
    const real = realFile(file);
    pidFile = `${real}.pid`;
    // Never opened with node:fs once it exists: closing it would release a lock of this process.
    createPrivateFile(`${real}.lock`);
    db = openFile(`${real}.lock`, { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
    if (!lockHolds(`${real}.lock`)) throw lockIsEmpty(file);
    rmSync(pidFile, { force: true });
    writeFileSync(pidFile, `${process.pid} on ${hostname()}\n`, { mode: 0o600 });
  } catch (error) {
    db?.close();
    if (isDatabaseError(error)) throw error;
    if (pidFile !== undefined && errorCode(error).startsWith("SQLITE_BUSY"))
      throw heldBy(file, pidFile, error);
    throw startFault(file, error);
  }
  return heldLock(db, pidFile);
}

function heldLock(db: Database.Database, pidFile: string): DatabaseLock {
  // A garbage-collected connection is closed and loses the lock, and a caller may drop its DatabaseLock. So the process
  // keeps a reference.
  const close = (): void => void db.close();
  process.once("exit", close);
  return {
    release() {
      if (!db.open) return;
      process.off("exit", close);
      // Before the lock is released: afterwards the file may belong to the next server.
      rmSync(pidFile, { force: true });
      db.close();
    },
  };
}

/** Creates an empty file that only its owner can read and write, unless it exists. */
function createPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

// Two paths to one database, through a link, must have the same lock, also before the database exists.
function realFile(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    return realpathSync(file);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return join(realpathSync(dirname(file)), basename(file));
  }
}

function lockIsEmpty(file: string): Error {
  const fault = "its file system does not lock files, so two servers could run on it without noticing";
  return databaseError(
    file,
    fault,
    "Set DATABASE_PATH to a local disk: no NFS and no share of another machine.",
  );
}

function heldBy(file: string, pidFile: string, cause: unknown): Error {
  const fault = `another Patchbay server, process ${holder(pidFile)}, is running on it`;
  return asInUse(databaseError(file, fault, "Stop that one first, or set another DATABASE_PATH.", cause));
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, "utf8").trim() || "unknown";
  } catch {
    return "unknown";
  }
}
