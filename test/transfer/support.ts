import { createHash } from "node:crypto";
import { join } from "node:path";
import { sealedPeople } from "../../src/store/audit/people.ts";
import { readConfig, type Config } from "../../src/config.ts";
import { sqliteInstallations, sqliteStore } from "../../src/sqlite/store.ts";
import { openDatabase, type SqliteDatabase } from "../../src/sqlite/connection/database.ts";
import { movedTables } from "../../src/store/transfer/transfer-tables.ts";
import { temporaryFolder, testSeal } from "../sqlite/support.ts";
import { outcome, requested, testSources } from "../store/events.ts";

/** The settings of a server whose data moves; the key is the one of `testSeal("k1")`. */
export function settingsOf(database: Readonly<Record<string, string>>): Config {
  const key = createHash("sha256").update("k1").digest("base64");
  return readConfig({ CREDENTIAL_KEYS: `k1:${key}`, LOG_LEVEL: "silent", ...database }, "database");
}

/** A database file in a folder, with at least one row in every table that moves. Returns its path. */
export async function filledFile(folder = temporaryFolder()): Promise<string> {
  const path = join(folder, "patchbay.db");
  const db = openDatabase(path);
  const sources = { ...testSources(), people: sealedPeople(testSeal("k1")) };
  const by = { actor: { kind: "cli", osUser: "root" }, requestId: "req_1" } as const;
  const store = sqliteStore(db, testSeal("k1"), sources);
  for (const workspaceId of ["T1", "T2"]) {
    const { audit, connections, hooks, onCallSchedules, webhooks } = store.workspace(workspaceId);
    // More than a page, with texts that JSON and SQL quote.
    for (let n = 0; n < 120; n += 1) {
      await audit.append(
        requested(n, { reason: `it's "broken" – \\ 🚨 ${n}`, details: { why: `{"n":${n}}` } }),
      );
      await audit.append(outcome(n, n === 7 ? "unknown" : "applied"));
    }
    await connections.add({ vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } });
    await webhooks.add(
      { url: "https://hooks.example/x", origin: "https://hooks.example", secret: "whsec_one" },
      by,
    );
    await hooks.make(
      { id: `hook_${workspaceId}`, name: "Voice", source: "grafana" },
      { secret: "a secret of Grafana" },
      by,
    );
    await onCallSchedules.add(
      { id: `ocs_${workspaceId}`, name: "Voice", tool: "pagerduty", schedule: "PI7DH85" },
      { key: "a key of PagerDuty" },
      by,
    );
  }
  await sqliteInstallations(db, testSeal("k1"), sources).save("T1", { token: "xoxb-1" }, sources.now());
  fillTheRest(db);
  db.close();
  return path;
}

/** Tables whose rows are in another state than those of the rest. */
const startsOpen: ReadonlySet<string> = new Set(["approvals", "hook_alerts", "proposals"]);

/** A row in each table that the store has not filled, made from its columns. */
function fillTheRest(db: SqliteDatabase): void {
  const connection = db.prepare("SELECT id FROM connections WHERE workspace_id = 'T1'").pluck().get();
  const given: Readonly<Record<string, unknown>> = {
    workspace_id: "T1",
    connection_id: connection,
    list: "numbers",
    state: "running",
    said: 1,
  };
  for (const table of movedTables) {
    if (db.prepare(`SELECT 1 FROM "${table}"`).get() !== undefined) continue;
    const columns = db
      .prepare<[string], Column>('SELECT name, type, "notnull" AS "required" FROM pragma_table_info(?)')
      .all(table);
    const values = columns.map(({ name, type, required }) => {
      if (name in given) return given[name];
      if (!required) return null;
      return type === "BLOB" ? Buffer.from([1, 0, 255]) : type === "TEXT" ? `a ${name}` : 1;
    });
    const places = columns.map(() => "?").join(", ");
    if (startsOpen.has(table)) values[columns.findIndex(({ name }) => name === "state")] = "open";
    db.prepare(`INSERT INTO "${table}" VALUES (${places})`).run(values);
  }
  // Their order is the order of their rowids, which have gaps.
  db.exec("UPDATE approvals SET rowid = 12; UPDATE outbox SET id = 31");
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: number;
}

/** A value of `filledFile` for a migration, which may want to read one that was made from the name of its column alone. */
export function plausible<Value>(column: string, value: Value): Value | string {
  if (value !== `a ${column}`) return value;
  if (/(?:^at|_at|until)$/u.test(column)) return "2026-01-01T00:00:00.000Z";
  return column === "settings" ? "{}" : value;
}
