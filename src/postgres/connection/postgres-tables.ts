import type pg from "pg";
import { pageRows, type Row, type Tables } from "../../store/transfer/tables.ts";

/** The tables of a PostgreSQL database. The caller opens a transaction. */
export function postgresTables(client: pg.ClientBase): Tables {
  return {
    async names() {
      const found = await client.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
      );
      return found.rows.map(({ name }) => name);
    },
    async columns(table) {
      const found = await client.query<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = $1`,
        [table],
      );
      return found.rows.map(({ name }) => name);
    },
    async *pages(table, columns) {
      const order = table === "audit_entries" ? " ORDER BY sequence" : "";
      await client.query(
        `DECLARE moving NO SCROLL CURSOR FOR SELECT ${list(columns)} FROM "${table}"${order}`,
      );
      for (;;) {
        const { rows } = await client.query<Row>(`FETCH ${pageRows} FROM moving`);
        if (rows.length > 0) yield rows;
        if (rows.length < pageRows) break;
      }
      await client.query("CLOSE moving");
    },
    async isEmpty(table) {
      return (await client.query(`SELECT 1 FROM "${table}" LIMIT 1`)).rowCount === 0;
    },
    async insert(table, columns, rows) {
      requireStorable(table, rows);
      const names = list(columns);
      const into = `INSERT INTO "${table}" (${names}) OVERRIDING SYSTEM VALUE`;
      const json = JSON.stringify(rows.map(jsonRow));
      if (table === "audit_entries") await client.query("SELECT pg_temp.append_entries($1)", [json]);
      else
        await client.query(`${into} SELECT ${names} FROM json_populate_recordset(NULL::"${table}", $1)`, [
          json,
        ]);
    },
  };
}

/**
 * Prepares a transaction for `insert`. Entries of the audit log are added one by one, in one message: the trigger that
 * checks each one looks at the one before.
 */
export const prepareInsert = `CREATE FUNCTION pg_temp.append_entries(entries json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE entry audit_entries%ROWTYPE;
BEGIN
  FOR entry IN SELECT * FROM json_populate_recordset(NULL::audit_entries, entries) LOOP
    INSERT INTO audit_entries VALUES (entry.*);
  END LOOP;
END $$`;

/** Continues the numbers of rows and entries after those that were inserted. */
export async function continueNumbers(client: pg.ClientBase): Promise<void> {
  await client.query("SELECT setval('audit_sequence', max(sequence)) FROM audit_entries");
  const numbered = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
     WHERE table_schema = current_schema() AND is_identity = 'YES'`,
  );
  for (const { table, column } of numbered.rows)
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), max("${column}")) FROM "${table}"`,
    );
}

function jsonRow(row: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : value,
    ]),
  );
}

/** PostgreSQL stores no NUL in a text, and an entry must stay as it was hashed. */
function requireStorable(table: string, rows: readonly Row[]): void {
  for (const row of rows)
    for (const [column, value] of Object.entries(row))
      if (typeof value === "string" && value.includes("\0"))
        throw new Error(
          `PostgreSQL cannot store a row of ${table}: its ${column} contains a NUL character. Nothing was copied.`,
        );
}

const list = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(", ");
