import { ownValue } from "../../domain/shared/own-value.ts";
import type { SqliteDatabase } from "./handle-state.ts";
import { SqliteError } from "./driver.ts";
import { schemaFaults } from "./append-only-triggers.ts";

/** A fault that makes the database return other rows than it stores. */
export interface DatabaseFault {
  readonly words: string;
  /** The affected entry of the audit log, if there is one. */
  readonly entry?: { readonly workspaceId: string; readonly position: number; readonly sequence: number };
}

/** The tables that permissions depend on. They are small, so checking them is fast. */
const permissionTables = [
  "freezes",
  "protections",
  "rules",
  "closed_gates",
  "workspace_settings",
  "connections",
  "api_tokens",
];

/** Checks the schema, and compares every table with its indexes: seconds for a million entries. Changes nothing. */
export function databaseFaults(db: SqliteDatabase): readonly DatabaseFault[] {
  return [...schemaFaults(db).map((words) => ({ words })), ...integrityFaults(db)];
}

/** Checks the schema and the small tables that permissions depend on, in about a millisecond. */
export function quickFaults(db: SqliteDatabase): readonly string[] {
  return [...schemaFaults(db), ...permissionTables.flatMap((table) => messages(db, table))];
}

function integrityFaults(db: SqliteDatabase): readonly DatabaseFault[] {
  const whole = messages(db);
  // The message has a row number but not its table, so each table is checked on its own after a fault.
  if (whole.length === 0) return [];
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    )
    .pluck()
    .all();
  const found = tables.flatMap((table) =>
    withoutCounts(messages(db, table)).map((message) => faultOf(db, table, message)),
  );
  return found.length > 0 ? found : whole.map((words) => ({ words }));
}

function messages(db: SqliteDatabase, table?: string): readonly string[] {
  const sql =
    table === undefined
      ? "PRAGMA integrity_check"
      : `PRAGMA integrity_check('${table.replaceAll("'", "''")}')`;
  try {
    const rows = db.prepare<[], string>(sql).pluck().all();
    return rows.filter((message) => message !== "ok");
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    return [`it cannot be read: ${error.message}`];
  }
}

/** Leaves out messages about missing index rows if those rows are named anyway. */
function withoutCounts(found: readonly string[]): readonly string[] {
  return found.filter((message) => {
    const [, index] = /^wrong # of entries in index (.+)$/u.exec(message) ?? [];
    return index === undefined || !found.some((other) => other.endsWith(` missing from index ${index}`));
  });
}

/** Names the row, which SQLite reports by its place in the table. */
function faultOf(db: SqliteDatabase, table: string, message: string): DatabaseFault {
  const [, place = "", index = ""] = /^row (\d+) missing from index (.+)$/u.exec(message) ?? [];
  if (place === "") return { words: `${table}: ${message}` };
  const row = db
    .prepare<[number], Readonly<Record<string, unknown>>>(
      `SELECT * FROM "${table}" NOT INDEXED LIMIT 1 OFFSET ?`,
    )
    .get(Number(place) - 1);
  const { workspace_id: workspaceId, position, sequence } = row ?? {};
  if (table === "audit_entries" && typeof workspaceId === "string" && typeof position === "number") {
    const words = `entry ${position} (sequence ${String(sequence)}) is not in the index ${index}: what is looked up there does not show it`;
    return { words, entry: { workspaceId, position, sequence: Number(sequence) } };
  }
  const columns = ["workspace_id", "connection_id", "number_id", "id", "change_id"];
  const named = columns
    .map((column) => ownValue(row ?? {}, column))
    .filter((value): value is string => typeof value === "string" && value !== "");
  return { words: `${table}: row ${place} (${named.join(", ")}) is not in the index ${index}` };
}
