import type Database from "better-sqlite3";

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly rootpage: number;
  readonly sql: string | null;
}

/**
 * Writes to a table without its indexes and triggers, and leaves the schema unchanged, as anybody with the file
 * can.
 */
export function behindIndexes(db: Database.Database, table: string, act: () => void): void {
  const schema = (): SchemaRow[] => db.prepare<[], SchemaRow>("SELECT * FROM sqlite_schema").all();
  const before = schema();
  const own = before.filter(
    ({ tbl_name: of, type }) => of === table && (type === "index" || type === "trigger"),
  );
  db.unsafeMode(true);
  const edit = (change: () => void): void => {
    db.pragma("writable_schema = ON");
    change();
    db.pragma("writable_schema = RESET");
  };
  const tableRow = before.find(({ name }) => name === table);
  edit(() => {
    for (const { name } of own) db.prepare("DELETE FROM sqlite_schema WHERE name = ?").run(name);
    // An automatic index disappears with the text that creates it.
    db.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = ?").run(
      tableRow?.sql?.replace(/,\s*PRIMARY KEY \([^)]*\)/u, "").replace(/ UNIQUE/gu, ""),
      table,
    );
  });
  act();
  edit(() => {
    db.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = ?").run(tableRow?.sql, table);
    const insert = db.prepare("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)");
    for (const row of own) insert.run(row.type, row.name, row.tbl_name, row.rootpage, row.sql);
  });
}

/** Removes the entries that meet a condition from an index, and restores the index's text. */
export function leaveOut(db: Database.Database, index: string, condition: string): void {
  const sql =
    db.prepare<[string], string>("SELECT sql FROM sqlite_schema WHERE name = ?").pluck().get(index) ?? "";
  const partial = / WHERE /u.test(sql) ? `${sql} AND NOT (${condition})` : `${sql} WHERE NOT (${condition})`;
  db.unsafeMode(true);
  const write = (text: string): void => {
    db.pragma("writable_schema = ON");
    db.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = ?").run(text, index);
    db.pragma("writable_schema = RESET");
  };
  write(partial);
  db.exec(`REINDEX ${index}`);
  write(sql);
}

/** Changes one byte of a value. */
export function withOtherByte(value: unknown, at: number, other: number): unknown {
  if (typeof value === "number") return value + (at % 2 === 0 ? 1 : -1);
  const bytes = Buffer.from(String(value));
  const index = at % bytes.length;
  // A letter or digit, so that the text stays valid, and never the current byte.
  const letters = Buffer.from("abcdefghijklmnopqrstuvwxyz0123456789");
  const letter = letters[other % letters.length] ?? 0;
  bytes[index] = letter === bytes[index] ? (letters[(other + 1) % letters.length] ?? 0) : letter;
  return bytes.toString();
}
