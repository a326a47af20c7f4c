import { existsSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Tables } from "../store/transfer/tables.ts";
import { checkpointFileOf } from "./audit/checkpoints.ts";
import { readIfThere } from "../store/checkpoints/checkpoint-file.ts";
import { openDatabase, type SqliteDatabase } from "./connection/database.ts";
import { databaseError } from "./connection/database-error.ts";
import { lockDatabase } from "./connection/lock.ts";
import { beginFile, finishFile } from "./connection/new-file.ts";
import { sqliteTables } from "./connection/sqlite-tables.ts";

/** Reads all tables of a file while no server runs on it. Throws an error with a readable message. */
export async function readSqlite<Result>(
  path: string,
  act: (tables: Tables) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(path)) throw databaseError(path, "there is no such file", "Correct DATABASE_PATH.");
  const lock = lockDatabase(path);
  try {
    // Brings it to this version's schema first.
    openDatabase(path).close();
    const db = openDatabase(path, { readonly: true });
    try {
      return await act(sqliteTables(db));
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

/** Fills a new file, which appears under its name when all of it is there. Throws an error with a readable message. */
export async function fillSqlite<Result>(
  path: string,
  act: (tables: Tables) => Promise<Result>,
): Promise<Result> {
  const file = resolve(path);
  const lock = lockDatabase(file);
  const partial = `${file}.partial`;
  try {
    refuseTaken(file);
    remove(partial);
    const db = openDatabase(partial);
    let result: Result;
    let checkpoints: string;
    try {
      db.exec("BEGIN IMMEDIATE");
      result = await act(sqliteTables(db));
      checkpoints = checkpointsOf(db);
      db.exec("COMMIT");
    } finally {
      // Closing rolls back what was not committed.
      db.close();
    }
    if (checkpoints !== "") finishCheckpoints(checkpointFileOf(file), checkpoints);
    finishFile(partial, file);
    return result;
  } catch (error) {
    remove(partial);
    throw error;
  } finally {
    lock.release();
  }
}

function checkpointsOf(db: SqliteDatabase): string {
  const sql = "SELECT line FROM signed_checkpoints ORDER BY workspace_id";
  const lines = db.prepare<[], string>(sql).pluck().all();
  return lines.map((line) => `${line}\n`).join("");
}

function finishCheckpoints(file: string, text: string): void {
  // Left by a run that was interrupted right after it.
  if (readIfThere(file) === text) return;
  refuseTaken(file);
  const partial = beginFile(file);
  writeFileSync(partial, text, { flush: true });
  finishFile(partial, file);
}

function refuseTaken(file: string): void {
  if (existsSync(file)) throw new Error(`${file} is there already; nothing is overwritten.`);
}

function remove(file: string): void {
  for (const name of ["", "-wal", "-shm", "-journal"]) rmSync(`${file}${name}`, { force: true });
}
