import { openFile } from "./driver.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import { migrate } from "./migrations.ts";
import { notRecorded } from "./write-transaction.ts";

const foundGood = new WeakMap<SqliteDatabase, number>();
let expected: ReadonlyMap<string, string> | undefined;

/**
 * Whether every trigger that keeps the audit log append-only is there and as it was made. To be called inside a write
 * transaction, so that nobody removes one in between. It costs one number, unless the schema has changed since the
 * last time. Throws not_recorded, naming the trigger; a trigger that is put back is noticed in the same way.
 */
export function checkSafeguards(db: SqliteDatabase): void {
  const version = prepared(db, "PRAGMA schema_version").pluck().get();
  if (typeof version === "number" && foundGood.get(db) === version) return;
  const found = triggersOf(db);
  for (const [name, sql] of (expected ??= triggersAsMade())) {
    if (found.get(name) === sql) continue;
    throw notRecorded(`its safeguard ${name} was ${found.has(name) ? "changed" : "removed"}`);
  }
  if (typeof version === "number") foundGood.set(db, version);
}

// From the steps themselves, so that there is no second list to be kept.
function triggersAsMade(): ReadonlyMap<string, string> {
  const fresh = openFile(":memory:");
  try {
    migrate(fresh, ":memory:");
    return triggersOf(fresh);
  } finally {
    fresh.close();
  }
}

// Others may be there: they can refuse an entry, which is safe, but cannot change one behind these.
function triggersOf(db: SqliteDatabase): ReadonlyMap<string, string> {
  const sql =
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'audit!_%' ESCAPE '!'";
  const rows = db.prepare<[], { name: string; sql: string }>(sql).all();
  return new Map(rows.map((row) => [row.name, row.sql]));
}
