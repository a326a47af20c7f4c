import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type Database from "better-sqlite3";
import { openFile, SqliteError } from "./driver.ts";
import { databaseError, errorCode, startFault } from "./database-error.ts";
import { noteFiles } from "./file-identity.ts";
import type { SqliteDatabase } from "./handle-state.ts";
import { checkSchema, migrate } from "./migrate.ts";

export type { SqliteDatabase } from "./handle-state.ts";

/** How long opening waits for another process that writes, in milliseconds. */
const openTimeoutMs = 2_000;
/**
 * How long a statement does once it is open. Everything else in this process stands still meanwhile, acks to Slack too:
 * `writeTransaction` waits longer, and without that.
 */
const busyTimeoutMs = 50;

/**
 * Opens the database, brought to the present schema, creating file (0600) and folder (0700) where they are missing.
 * With `readonly` nothing is created or brought up to date. `:memory:` is a database for one test. Throws an error
 * that `isDatabaseError` knows when it cannot be used. It takes no lock: see `lockDatabase`.
 */
export function openDatabase(path: string, { readonly = false } = {}): SqliteDatabase {
  const memory = path === ":memory:";
  const file = memory ? path : resolve(path);
  let db: SqliteDatabase | undefined;
  try {
    if (!memory) prepareFile(file, readonly);
    db = openFile(file, { readonly, fileMustExist: !memory, timeout: openTimeoutMs });
    const behind = checkSchema(db, file);
    if (readonly && behind) {
      throw databaseError(
        file,
        "its schema is older than this version of Patchbay",
        "Start the server once.",
      );
    }
    db.pragma("foreign_keys = ON");
    // So that a removed or replaced secret does not live on, sealed, in the free space of a page.
    db.pragma("secure_delete = ON");
    if (!readonly) {
      db.pragma("journal_mode = WAL");
      // In WAL mode anything less may lose the last entries of the audit log when the power fails.
      db.pragma("synchronous = FULL");
      migrate(db, file);
      if (!memory) noteFiles(db, file);
    }
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    return db;
  } catch (error) {
    db?.close();
    throw startFault(file, error);
  }
}

// No file of an open database may be opened and closed with node:fs: closing it drops the POSIX locks that SQLite
// holds on it in this process. So it is created exclusively, or else only looked at by its path.
function prepareFile(file: string, readonly: boolean): void {
  if (!readonly) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    createPrivateFile(file);
  }
  if (statSync(file).isDirectory())
    throw databaseError(file, "it is a folder", "Set DATABASE_PATH to a file.");
  if (readonly) return;
  accessSync(file, constants.R_OK | constants.W_OK);
  // SQLite gives -wal and -shm the mode of the database; those of a file that was wider before are narrowed too.
  for (const name of [file, `${file}-wal`, `${file}-shm`]) narrowMode(name);
}

/** Creates an empty file that its owner alone may read and write, unless there is one already. */
export function createPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

function narrowMode(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined && (mode & 0o077) !== 0) chmodSync(file, 0o600);
}

/** The prepared statement of an SQL text, prepared once for each open database, whatever the number of workspaces. */
export function prepared<Row = unknown>(db: SqliteDatabase, sql: string): Database.Statement<unknown[], Row> {
  const { statements } = db.state;
  let statement = statements.get(sql);
  if (!statement) statements.set(sql, (statement = db.prepare(sql)));
  // The row's type is the caller's claim about its own SQL; nothing but the caller can know it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return statement as Database.Statement<unknown[], Row>;
}

/**
 * Empties the write-ahead log into the database, so that what was just removed is in neither file. Where another
 * process is reading at this moment it gives up at once, and a later checkpoint does it.
 */
export function emptyWriteAheadLog(db: SqliteDatabase): void {
  db.pragma("busy_timeout = 0");
  try {
    db.pragma("wal_checkpoint(TRUNCATE)");
  } catch (error) {
    // The removal itself is committed; a checkpoint that fails now is tried again by SQLite.
    if (!(error instanceof SqliteError)) throw error;
  } finally {
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }
}
