import { prepared } from "./database.ts";
import type { SchemaObject, SqliteDatabase } from "./handle-state.ts";
import { migratedObjects, objectsOf } from "./new-database.ts";
import { notRecorded } from "../../store/database/not-recorded.ts";

/**
 * Checks that every table, index and trigger exists unchanged: triggers keep the audit log append-only, and a
 * changed index can hide rows. Call it inside a write transaction, so that nobody removes one in between. It reads
 * two numbers, unless somebody else has written since the last check. Throws not_recorded with the first
 * difference.
 */
export function checkAppendOnlyTriggers(db: SqliteDatabase): void {
  // The first does not change if somebody edits the schema table by hand; the second changes with every write by others.
  const version = `${numberOf(db, "PRAGMA schema_version")} ${numberOf(db, "PRAGMA data_version")}`;
  if (db.state.goodSchema === version) return;
  // Additional triggers are allowed: they can refuse an entry, which is safe, but cannot change one.
  const [fault] = missingOrChanged(objectsOf(db));
  if (fault !== undefined) throw notRecorded(fault);
  db.state.goodSchema = version;
}

function numberOf(db: SqliteDatabase, pragma: string): number {
  return Number(prepared(db, pragma).pluck().get());
}

/** Every difference between the schema and the one that the migrations create, as phrases to show. */
export function schemaFaults(db: SqliteDatabase): readonly string[] {
  const found = objectsOf(db);
  const extra = [...found].filter(([key, { name }]) => !migratedObjects.has(key) && !statistics.has(name));
  return [
    ...missingOrChanged(found),
    ...extra.map(([, { type, name, table }]) => {
      const on = type === "index" || type === "trigger" ? ` on ${table}` : "";
      return `it has ${type === "index" ? "an" : "a"} ${type} ${name}${on} that Patchbay did not make`;
    }),
  ];
}

/** Tables made by ANALYZE. They affect how rows are found, not which. */
const statistics: ReadonlySet<string> = new Set(["sqlite_stat1", "sqlite_stat4"]);

function missingOrChanged(found: ReadonlyMap<string, SchemaObject>): readonly string[] {
  return [...migratedObjects].flatMap(([key, { type, name, table, sql }]) => {
    const is = found.get(key);
    if (is && is.sql === sql && is.table === table) return [];
    const what = type === "trigger" ? "safeguard" : type;
    return [`its ${what} ${name} was ${is ? "changed" : "removed"}`];
  });
}
