import { openFile } from "./driver.ts";
import { prepared } from "./database.ts";
import type { SchemaObject, SqliteDatabase } from "./handle-state.ts";
import { migrate } from "./migrate.ts";
import { notRecorded } from "./write-transaction.ts";

/**
 * Whether every table, index and trigger is there and as it was made: triggers keep the audit log append-only, and an index
 * that leaves rows out hides them. To be called inside a write transaction, so that nobody removes one in between. It costs
 * two numbers, unless somebody else has written since the last time. Throws not_recorded, naming the first one that is not so;
 * one that is put back is noticed in the same way.
 */
export function checkAppendOnlyTriggers(db: SqliteDatabase): void {
  // The first does not change when somebody writes into the schema by hand; the second does, with every write by others.
  const version = `${numberOf(db, "PRAGMA schema_version")} ${numberOf(db, "PRAGMA data_version")}`;
  if (db.state.goodSchema === version) return;
  // Others may be there: they can refuse an entry, which is safe, but cannot change one behind these.
  const [fault] = missingOrChanged(objectsOf(db));
  if (fault !== undefined) throw notRecorded(fault);
  db.state.goodSchema = version;
}

function numberOf(db: SqliteDatabase, pragma: string): number {
  return Number(prepared(db, pragma).pluck().get());
}

/** Every difference between the schema and the one that the migrations make, in words. */
export function schemaFaults(db: SqliteDatabase): readonly string[] {
  const found = objectsOf(db);
  const extra = [...found].filter(([key, { name }]) => !expected.has(key) && !statistics.has(name));
  return [
    ...missingOrChanged(found),
    ...extra.map(([, { type, name, table }]) => {
      const on = type === "index" || type === "trigger" ? ` on ${table}` : "";
      return `it has ${type === "index" ? "an" : "a"} ${type} ${name}${on} that Patchbay did not make`;
    }),
  ];
}

const expected = objectsAsMade();

/** What ANALYZE leaves: it has a say in how rows are looked for, and none in which are found. */
const statistics: ReadonlySet<string> = new Set(["sqlite_stat1", "sqlite_stat4"]);

function missingOrChanged(found: ReadonlyMap<string, SchemaObject>): readonly string[] {
  return [...expected].flatMap(([key, { type, name, table, sql }]) => {
    const is = found.get(key);
    if (is && is.sql === sql && is.table === table) return [];
    const what = type === "trigger" ? "safeguard" : type;
    return [`its ${what} ${name} was ${is ? "changed" : "removed"}`];
  });
}

// From the steps themselves, so that there is no second list to be kept.
function objectsAsMade(): ReadonlyMap<string, SchemaObject> {
  const fresh = openFile(":memory:");
  try {
    migrate(fresh, ":memory:");
    return objectsOf(fresh);
  } finally {
    fresh.close();
  }
}

function objectsOf(db: SqliteDatabase): ReadonlyMap<string, SchemaObject> {
  const sql = 'SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema ORDER BY type DESC';
  const rows = db.prepare<[], SchemaObject>(sql).all();
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, row]));
}
