import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import pg from "pg";
import { openPostgresArchive } from "../../../src/postgres/audit/audit-archive.ts";
import { migrate } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import {
  continueNumbers,
  postgresTables,
  prepareInsert,
} from "../../../src/postgres/connection/postgres-tables.ts";
import { readPostgresUrl } from "../../../src/postgres/connection/postgres-url.ts";
import { migrations } from "../../../src/postgres/migrations/index.ts";
import { storedInstallations } from "../../../src/store/installation/installations.ts";
import { readSqlite } from "../../../src/sqlite/transfer-sqlite.ts";
import { databaseStore } from "../../../src/store/store.ts";
import type { Row } from "../../../src/store/transfer/tables.ts";
import { movedTables } from "../../../src/store/transfer/transfer-tables.ts";
import { temporaryFolder, testSeal } from "../../sqlite/support.ts";
import { reportsOf } from "../../store/checkpoints/checkpoints-contract.ts";
import { outcome, requested, testSources } from "../../store/events.ts";
import { oldRevertsSql } from "../../store/runs/old-reverts.ts";
import { filledFile, plausible } from "../../transfer/support.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

type Rows = ReadonlyMap<string, readonly Row[]>;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Every row that today's store has written, by table. */
async function rowsOfToday(): Promise<Rows> {
  const rows = new Map<string, Row[]>();
  await readSqlite(await filledFile(temporaryFolder(afterAll)), async (tables) => {
    for (const table of movedTables) {
      rows.set(table, []);
      for await (const page of tables.pages(table, await tables.columns(table)))
        rows.get(table)?.push(...page);
    }
  });
  return rows;
}

/** A database as a Patchbay with that many migrations left it, with rows in its tables. Returns how many tables had some. */
async function writeOld(url: string, version: number, rows: Rows): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(async () => client.end());
  for (const sql of migrations.slice(0, version)) await client.query(sql);
  await client.query(`CREATE TABLE patchbay_schema (
    "only" INTEGER PRIMARY KEY CHECK ("only" = 1), version INTEGER NOT NULL)`);
  await client.query("INSERT INTO patchbay_schema VALUES (1, $1)", [version]);
  await client.query("BEGIN");
  await client.query(prepareInsert);
  const tables = postgresTables(client);
  const names = await tables.names();
  if (names.includes("reverts"))
    await client.query(oldRevertsSql.slice(0, oldRevertsSql.indexOf("INSERT INTO work_items")));
  let filled = 0;
  for (const [table, all] of rows) {
    // A row of audit_anchors would be a forged anchor: only retired months have one.
    if (!names.includes(table) || table === "audit_anchors" || all.length === 0) continue;
    const had = await tables.columns(table);
    const columns = Object.keys(all[0] ?? {}).filter((column) => had.includes(column));
    const old = all.map((row) =>
      Object.fromEntries(columns.map((column) => [column, plausible(column, row[column] ?? null)])),
    );
    await tables.insert(table, columns, old);
    filled += 1;
  }
  await continueNumbers(client);
  await client.query("COMMIT");
  return filled;
}

const versions = migrations.map((_, index) => index + 1);

describe.skipIf(missing !== undefined)(`a PostgreSQL database of an earlier Patchbay${skipped}`, () => {
  let rows: Rows;
  beforeAll(async () => {
    rows = await rowsOfToday();
  });

  // Its log is intact afterwards, its secrets can be decrypted, and a change goes on record.
  test.each(versions)("is taken over from schema %i", async (version) => {
    const { owner } = await testPostgres({ isMigrated: false });
    expect(await writeOld(owner, version, rows)).toBeGreaterThan(10);
    const connections = testConnections(owner);
    await migrate(connections);
    const database = postgresQueries(connections);
    const store = databaseStore(database, testSeal("k1"), testSources("2027-01-01T00:00:00.000Z"));
    expect(await store.faults()).toEqual([]);
    await store.checkWritable();
    const archive = { keyPath: undefined, file: undefined, log: quiet };
    const check = async () => reportsOf(await openPostgresArchive(readPostgresUrl(owner), archive));
    const intact = (workspaceId: string, entries: number) =>
      expect.objectContaining({ workspaceId, verdict: "intact", entries });
    expect(await check()).toEqual([intact("T1", 243), intact("T2", 243)]);
    const { audit, connections: ours } = store.workspace("T1");
    const [connection] = await ours.list();
    expect(await ours.credentials(connection?.id ?? "")).toEqual({ apiKey: "sk-prod" });
    expect(await storedInstallations(database, testSeal("k1"), testSources()).find("T1")).toBeDefined();
    expect(await audit.unsettled()).toMatchObject([{ requested: { changeId: "chg_7" } }]);
    await audit.append(requested(900));
    await audit.append(outcome(900, "applied"));
    expect(await audit.change("chg_900")).toMatchObject({ outcome: { outcome: "applied" } });
    expect(await check()).toEqual([intact("T1", 245), intact("T2", 243)]);
  });
});
