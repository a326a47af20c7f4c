import { rows, type Work } from "../../store/database/database.ts";
import { notRecorded } from "../../store/database/not-recorded.ts";
import { auditSafeguards } from "../migrations/audit-safeguards.ts";
import { migrations } from "../migrations/index.ts";

const here = "('audit_entries'::regclass, 'audit_heads'::regclass)";

/** How many of the audit log's safeguards are in place and enabled for everybody: one look at the catalogue. */
export const safeguardCount = `(SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A'
  AND tgrelid IN ${here}
  AND tgname IN (${auditSafeguards.map(({ name }) => `'${name}'`).join(", ")}))`;

/** Throws not_recorded, with the first difference, unless all of them were counted. */
export function* requireSafeguards(counted: number | undefined): Work<void> {
  if (counted === auditSafeguards.length) return;
  throw notRecorded((yield* changedSafeguards())[0] ?? "a safeguard of its audit log is missing");
}

/** Every difference between the schema and the one that the migrations make, in words. */
export function* schemaFaults(): Work<readonly string[]> {
  const found = yield* rows<{ name: string; valid: boolean }>(indexesSql);
  const valid = new Set(found.filter((index) => index.valid).map(({ name }) => name));
  const missing = indexNames.filter((name) => !valid.has(name));
  return [
    ...(yield* changedSafeguards()),
    ...missing.map((name) => `its index ${name} was removed or cannot be used`),
  ];
}

function* changedSafeguards(): Work<readonly string[]> {
  const found = yield* rows<{ name: string; table: string; body: string; enabled: string }>(triggersSql);
  return auditSafeguards.flatMap(({ name, table, body }) => {
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

// From the migrations themselves, so that no second list is needed.
const schemaSql = migrations.join("");
const droppedTables: ReadonlySet<string | undefined> = new Set(
  [...schemaSql.matchAll(/DROP TABLE (\w+)/gu)].map(([, table]) => table),
);
const indexNames = [...schemaSql.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+)/gu)].flatMap(
  ([, name = "", table]) => (droppedTables.has(table) ? [] : [name]),
);
