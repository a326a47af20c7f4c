import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import { withState, type SqliteDatabase } from "./handle-state.ts";

/**
 * The SQLite driver for the Node that runs: better-sqlite3 12 on Node 20, 13 from Node 22 on. 13 crashes on Node 20, and
 * 12 aborts Node 24.19 and newer whenever a statement is garbage-collected. npm skips 13 where Node is too old for it.
 */
const require = createRequire(import.meta.url);
const [major = "20"] = process.versions.node.split(".");
/** Where the driver is, for a process that has nothing else of ours. */
export const driverPath = require.resolve(Number(major) < 22 ? "better-sqlite3" : "better-sqlite3-13");
const driver = load();

/** Opens a database file, or the image of one; `:memory:` for one that is nowhere else. */
export function openFile(file: string | Buffer, options?: Database.Options): SqliteDatabase {
  return withState(new driver(file, options));
}

/** The class of SQLite's own errors. */
export const { SqliteError } = driver;

function load(): typeof Database {
  return require(driverPath);
}
