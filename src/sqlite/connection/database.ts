import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type Database from "better-sqlite3";
import { openFile, SqliteError } from "./driver.ts";
import { databaseError, startFault } from "./database-error.ts";
import { noteFiles } from "./file-identity.ts";
import type { SqliteDatabase } from "./handle-state.ts";
import { checkSchema, migrate } from "./migrate.ts";
import { createDatabase, openInMemory } from "./new-database.ts";

export type { SqliteDatabase } from "./handle-state.ts";

/** How long opening waits for another writing process, in milliseconds. */
const openTimeoutMs = 2_000;
/**
 * How long a statement waits once the database is open. Meanwhile everything else in this process stops, including
 * acks to Slack. `writeTransaction` waits longer without blocking.
 */
const busyTimeoutMs = 50;

/**
 * Opens the database with the current schema. Creates file (0600) and folder (0700) if they are missing. With
 * `readonly`, it creates and migrates nothing. `:memory:` is a database for one test. Throws an error that
 * `isDatabaseError` recognizes. It takes no lock: see `lockDatabase`.
 */
export function openDatabase(path: string, { readonly = false } = {}): SqliteDatabase {
  const memory = path === ":memory:";
  const file = memory ? path : resolve(path);
  let db: SqliteDatabase | undefined;
  try {
    if (!memory) prepareFile(file, readonly);
    db = memory ? openInMemory() : openFile(file, { readonly, fileMustExist: true, timeout: openTimeoutMs });
    const behind = checkSchema(db, file);
    if (readonly && behind) {
      throw databaseError(
        file,
        "its schema is older than this version of Patchbay",
        "Start the server once.",
      );
    }
    db.pragma("foreign_keys = ON");
    // So that a removed secret does not remain, encrypted, in the free space of a page.
    db.pragma("secure_delete = ON");
    if (!readonly) {
      db.pragma("journal_mode = WAL");
      // In WAL mode, anything less may lose the last audit entries on a power failure.
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

// No file of an open database may be opened and closed with node:fs: closing it releases the POSIX locks that SQLite
// holds in this process. So it is created exclusively, or only inspected by its path.
function prepareFile(file: string, readonly: boolean): void {
  if (!readonly) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    createDatabase(file);
  }
  if (statSync(file).isDirectory())
    throw databaseError(file, "it is a folder", "Set DATABASE_PATH to a file.");
  if (readonly) return;
  accessSync(file, constants.R_OK | constants.W_OK);
  // SQLite gives -wal and -shm the mode of the database. Files from before that was narrowed are narrowed too.
  for (const name of [file, `${file}-wal`, `${file}-shm`]) narrowMode(name);
}

function narrowMode(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined && (mode & 0o077) !== 0) chmodSync(file, 0o600);
}

/** The prepared statement of an SQL text, prepared once for each open database. */
export function prepared<Row = unknown>(db: SqliteDatabase, sql: string): Database.Statement<unknown[], Row> {
  const { statements } = db.state;
  let statement = statements.get(sql);
  if (!statement) statements.set(sql, (statement = db.prepare(sql)));
  // Only the caller knows the row type of its SQL.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return statement as Database.Statement<unknown[], Row>;
}

/**
 * Empties the write-ahead log into the database, so that removed data is in neither file. If another process is
 * reading, it gives up at once, and a later checkpoint does it.
 */
export function emptyWriteAheadLog(db: SqliteDatabase): void {
  db.pragma("busy_timeout = 0");
  try {
    db.pragma("wal_checkpoint(TRUNCATE)");
  } catch (error) {
    // The removal is committed. SQLite retries a failed checkpoint.
    if (!(error instanceof SqliteError)) throw error;
  } finally {
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }
}
