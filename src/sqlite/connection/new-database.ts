import { existsSync, rmSync, writeFileSync } from "node:fs";
import { openFile } from "./driver.ts";
import { errorCode } from "./database-error.ts";
import type { SchemaObject, SqliteDatabase } from "./handle-state.ts";
import { migrate } from "./migrate.ts";
import { beginFile, finishFile } from "./new-file.ts";

// From the migrations themselves, so that no second description of the tables is needed.
const { image, objects } = migrated();

/** The tables, indexes and triggers that the migrations create. */
export const migratedObjects: ReadonlyMap<string, SchemaObject> = objects;

/** Opens a database in memory, with all tables. */
export function openInMemory(): SqliteDatabase {
  return openFile(image);
}

/**
 * Creates a database file with all tables, for its owner only, unless the file exists. It gets its name once it is
 * complete, so that no process opens half of it.
 */
export function createDatabase(file: string): void {
  if (existsSync(file)) return;
  const partial = beginFile(file);
  try {
    writeFileSync(partial, image);
    finishFile(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    // Another process was first, or the name is a link to nothing.
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

/** The tables, indexes and triggers of a database, by kind and name. */
export function objectsOf(db: SqliteDatabase): ReadonlyMap<string, SchemaObject> {
  const sql = 'SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema ORDER BY type DESC';
  const rows = db.prepare<[], SchemaObject>(sql).all();
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, row]));
}

function migrated(): { image: Buffer; objects: ReadonlyMap<string, SchemaObject> } {
  const db = openFile(":memory:");
  try {
    migrate(db, ":memory:");
    return { image: db.serialize(), objects: objectsOf(db) };
  } finally {
    db.close();
  }
}
