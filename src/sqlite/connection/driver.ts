import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import { withState, type SqliteDatabase } from "./handle-state.ts";

/**
 * The SQLite driver for this version of Node: better-sqlite3 12 on Node 20, 13 from Node 22 on. 13 crashes on Node
 * 20, and 12 aborts Node 24.19 and newer when a statement is garbage-collected. npm skips 13 if Node is too old for
 * it.
 */
const require = createRequire(import.meta.url);
const [major = "20"] = process.versions.node.split(".");
/** The driver's location, for a process that imports nothing else of Patchbay. */
export const driverPath = require.resolve(Number(major) < 22 ? "better-sqlite3" : "better-sqlite3-13");
const driver = load();

/** Opens a database file, or a database image; `:memory:` for a database in memory. */
export function openFile(file: string | Buffer, options?: Database.Options): SqliteDatabase {
  return withState(new driver(file, options));
}

/** The class of SQLite's own errors. */
export const { SqliteError } = driver;

function load(): typeof Database {
  return require(driverPath);
}
