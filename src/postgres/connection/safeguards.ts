import { rows, type Work } from "../../store/database/database.ts";
import { notRecorded } from "../../store/database/not-recorded.ts";
import { safeguards } from "../migrations/audit-safeguards.ts";
import { migrations } from "../migrations/index.ts";

const here = `(${[...new Set(safeguards.map(({ table }) => `'${table}'::regclass`))].join(", ")})`;

/** How many of the audit log's safeguards are in place and enabled for everybody: one look at the catalogue. */
export const safeguardCount = `(SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A'
  AND tgrelid IN ${here}
  AND tgname IN (${safeguards.map(({ name }) => `'${name}'`).join(", ")}))`;

/** Throws not_recorded, with the first difference, unless all of them were counted. */
export function* requireSafeguards(counted: number | undefined): Work<void> {
  if (counted === safeguards.length) return;
  throw notRecorded((yield* changedSafeguards())[0] ?? "a safeguard of its audit log is missing");
}

/** Every difference between the schema and the one that the migrations create, as text. */
export function* schemaFaults(): Work<readonly string[]> {
  const found = yield* rows<{ name: string; valid: boolean }>(indexesSql);
  const valid = new Set(found.filter((index) => index.valid).map(({ name }) => name));
  const missing = indexNames.filter((name) => !valid.has(name));
  return [
    ...(yield* changedSafeguards()),
    ...(yield* rows<{ fault: string }>(strangeSql)).map(({ fault }) => `it has ${fault}`),
    ...missing.map((name) => `its index ${name} was removed or cannot be used`),
  ];
}

function* changedSafeguards(): Work<readonly string[]> {
  const found = yield* rows<{ name: string; table: string; body: string; enabled: string }>(triggersSql);
  return safeguards.flatMap(({ name, table, body }) => {
    const is = found.find((trigger) => trigger.name === name && trigger.table === table);
    if (!is) return [`its safeguard ${name} was removed`];
    return is.body === body && is.enabled === "A" ? [] : [`its safeguard ${name} was changed`];
  });
}

const triggersSql = `SELECT t.tgname AS name, c.relname AS "table", p.prosrc AS body, t.tgenabled AS enabled
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
  WHERE t.tgrelid IN ${here} AND NOT t.tgisinternal`;
const indexesSql = `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = current_schema()::regnamespace`;

// What could change or hide rows and is not from the migrations.
const strangeSql = `WITH ours AS (
    SELECT oid, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')
  SELECT 'a trigger ' || tgname || ' on ' || relname || ' that Patchbay did not make' AS fault
    FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    AND (tgname, relname) NOT IN (${safeguards.map(({ name, table }) => `('${name}', '${table}')`).join(", ")})
  UNION ALL SELECT 'a rule ' || rulename || ' on ' || relname || ' that Patchbay did not make'
    FROM pg_rewrite JOIN ours ON ours.oid = ev_class
  UNION ALL SELECT 'row security on ' || relname || ', which may hide rows'
    FROM pg_class JOIN ours USING (oid, relname) WHERE relrowsecurity
  UNION ALL SELECT 'a table ' || inhrelid::regclass || ' that inherits from ' || inhparent::regclass
    FROM pg_inherits JOIN ours ON ours.oid = inhparent
  ORDER BY 1`;

// From the migrations themselves, so that no second list is needed.
const schemaSql = migrations.join("");
const droppedTables: ReadonlySet<string | undefined> = new Set(
  [...schemaSql.matchAll(/DROP TABLE (\w+)/gu)].map(([, table]) => table),
);
const indexNames = [...schemaSql.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+)/gu)].flatMap(
  ([, name = "", table]) => (droppedTables.has(table) ? [] : [name]),
);
