import { ownValue } from "../../domain/shared/own-value.ts";
import { pageRows, type Row, type Tables } from "../../store/transfer/tables.ts";
import type { SqliteDatabase } from "./database.ts";

/** The tables of a database file. The caller opens a transaction. */
export function sqliteTables(db: SqliteDatabase): Tables {
  return {
    names: async () =>
      db
        .prepare<[], string>(
          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .pluck()
        .all(),
    columns: async (table) => columnsOf(db, table),
    async *pages(table, columns) {
      const order = table === "audit_entries" ? " ORDER BY sequence" : "";
      let page: Row[] = [];
      for (const row of db
        .prepare<[], Row>(`SELECT ${list(columns)} FROM "${table}" NOT INDEXED${order}`)
        .iterate()) {
        page.push(row);
        if (page.length < pageRows) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    isEmpty: async (table) => db.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get() === undefined,
    insert: async (table, columns, rows) => {
      const places = columns.map(() => "?").join(", ");
      const insert = db.prepare(`INSERT INTO "${table}" (${list(columns)}) VALUES (${places})`);
      for (const row of rows) insert.run(columns.map((column) => ownValue(row, column) ?? null));
    },
  };
}

function columnsOf(db: SqliteDatabase, table: string): readonly string[] {
  const columns = db
    .prepare<[string], { name: string; type: string; pk: number }>(
      "SELECT name, type, pk FROM pragma_table_info(?)",
    )
    .all(table);
  const { wr: hasNoRowid } =
    db.prepare<[string], { wr: number }>("SELECT wr FROM pragma_table_list(?)").get(table) ?? {};
  const keys = columns.filter(({ pk }) => pk > 0);
  // Such a key is the rowid itself.
  const isNumbered = keys.length === 1 && keys[0]?.type === "INTEGER";
  const names = columns.map(({ name }) => name);
  return hasNoRowid || isNumbered ? names : [...names, "rowid"];
}

const list = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(", ");
