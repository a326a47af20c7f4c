/** A row as its database returns it. */
export type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

/** The tables of one database, for moving their rows to another one. */
export interface Tables {
  /** The names of all tables, without those of the database itself. */
  names(): Promise<readonly string[]>;
  /** The columns of a table; SQLite's implicit `rowid` counts. */
  columns(table: string): Promise<readonly string[]>;
  /** All rows in pages, those of the audit log in order. */
  pages(table: string, columns: readonly string[]): AsyncIterable<readonly Row[]>;
  isEmpty(table: string): Promise<boolean>;
  insert(table: string, columns: readonly string[], rows: readonly Row[]): Promise<void>;
}

/** The number of rows in a page. Some hold a hundred kilobytes. */
export const pageRows = 200;
