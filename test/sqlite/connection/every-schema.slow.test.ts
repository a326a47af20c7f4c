import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { migrate } from "../../../src/sqlite/connection/migrate.ts";
import { migrations } from "../../../src/sqlite/migrations/index.ts";
import { sqliteInstallations, sqliteStore } from "../../../src/sqlite/store.ts";
import { outcome, requested, testSources } from "../../store/events.ts";
import { oldRevertsSql } from "../../store/runs/old-reverts.ts";
import { filledFile, plausible } from "../../transfer/support.ts";
import { testKey, verified } from "../audit/chain-support.ts";
import { temporaryFolder, testDatabase, testSeal } from "../support.ts";

type Row = Readonly<Record<string, unknown>>;

type Rows = ReadonlyMap<string, readonly Row[]>;

/** Every row of a database that today's store has filled, by table. */
async function rowsOfToday(): Promise<Rows> {
  const db = openFile(await filledFile(temporaryFolder(afterAll)));
  const rows = tablesOf(db).map(
    (table) => [table, db.prepare<[], Row>(`SELECT * FROM "${table}"`).all()] as const,
  );
  db.close();
  return new Map(rows);
}

const tablesOf = (db: Database.Database): string[] =>
  db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all();

const columnsOf = (db: Database.Database, table: string): string[] =>
  db.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table);

/** Writes what a table of that time could have of today's rows. Triggers of that time may have written some already. */
function fill(db: Database.Database, table: string, rows: Rows): number {
  const had = columnsOf(db, table);
  const all = rows.get(table) ?? [];
  for (const row of all) {
    const columns = Object.keys(row).filter((name) => had.includes(name));
    const names = columns.map((name) => `"${name}"`).join(", ");
    const places = columns.map(() => "?").join(", ");
    db.prepare(`INSERT OR REPLACE INTO "${table}" (${names}) VALUES (${places})`).run(
      columns.map((name) => plausible(name, row[name])),
    );
  }
  return all.length;
}

/** The log, and what its last entries are. */
const noted: ReadonlySet<string> = new Set(["audit_entries", "audit_heads"]);

/** Its row would be a forged anchor: only retired months have one. */
const anchors = "audit_anchors";

/** A database as a Patchbay with that many migrations left it, with rows in its tables. Returns how many tables had some. */
function writeOld(path: string, version: number, rows: Rows): number {
  const db = openFile(path);
  // The first Patchbay had no hashes, and the second none with details: they wrote what the second migration then chained.
  const isUnchained = version < 3;
  if (isUnchained) {
    migrate(db, path, migrations.slice(0, 1));
    fill(db, "audit_entries", rows);
  }
  migrate(db, path, migrations.slice(0, version));
  const tables = tablesOf(db);
  if (tables.includes("reverts"))
    db.exec(oldRevertsSql.slice(0, oldRevertsSql.indexOf("INSERT INTO work_items")));
  const filled = tables.filter(
    (table) => table !== anchors && !(isUnchained && noted.has(table)) && fill(db, table, rows) > 0,
  );
  db.close();
  return filled.length;
}

const versions = migrations.map((_, index) => index + 1);

describe("a database that an earlier Patchbay wrote", () => {
  let rows: Rows;
  beforeAll(async () => {
    rows = await rowsOfToday();
  });

  // Its log is intact afterwards, its secrets can be decrypted, and a change goes on record.
  test.each(versions)("is taken over from schema %i", async (version) => {
    const path = join(temporaryFolder(), "patchbay.db");
    expect(writeOld(path, version, rows)).toBeGreaterThan(version < 3 ? 1 : 2);
    const db = testDatabase(path);
    const store = sqliteStore(db, testSeal("k1"), testSources("2027-01-01T00:00:00.000Z"));
    expect(await store.faults()).toEqual([]);
    await store.checkWritable();
    const check = async () => verified(db, testKey(), [], { schema: true });
    const intact = (entries: number) =>
      expect.objectContaining({ workspaceId: "T1", verdict: "intact", entries });
    const entries = (await check()).find(({ workspaceId }) => workspaceId === "T1")?.entries ?? 0;
    expect(await check()).toEqual([
      intact(entries),
      expect.objectContaining({ workspaceId: "T2", verdict: "intact" }),
    ]);
    expect(entries).toBeGreaterThanOrEqual(240);
    const { audit, connections } = store.workspace("T1");
    const [connection] = await connections.list();
    expect(await connections.credentials(connection?.id ?? "")).toEqual({ apiKey: "sk-prod" });
    expect(await sqliteInstallations(db, testSeal("k1"), testSources()).find("T1")).toBeDefined();
    expect(await audit.unsettled()).toMatchObject([{ requested: { changeId: "chg_7" } }]);
    await audit.append(requested(900));
    await audit.append(outcome(900, "applied"));
    expect(await audit.change("chg_900")).toMatchObject({ outcome: { outcome: "applied" } });
    expect(await check()).toContainEqual(intact(entries + 2));
  });
});
