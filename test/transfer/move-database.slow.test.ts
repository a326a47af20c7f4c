import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { moveDatabase } from "../../src/move-database.ts";
import { postgresQueries } from "../../src/postgres/connection/postgres-queries.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { lockDatabase } from "../../src/sqlite/connection/lock.ts";
import { derivedTables, leftTables, movedTables } from "../../src/store/transfer/transfer-tables.ts";
import { databaseStore } from "../../src/store/store.ts";
import { missing, skipped, testConnections, testPostgres } from "../postgres/support.ts";
import { temporaryFolder, testSeal } from "../sqlite/support.ts";
import { requested, testSources } from "../store/events.ts";
import { filledFile, settingsOf } from "./support.ts";

const knownTables = new Set<unknown>([...movedTables, ...derivedTables, ...leftTables]);

/** A filled file, and an empty PostgreSQL database that already has its tables. */
async function filled() {
  const [path, { owner, app }] = [await filledFile(), await testPostgres()];
  const toPostgres = async () =>
    moveDatabase(settingsOf({ DATABASE_PATH: path }), { to: owner, grantTo: undefined });
  const backTo = async (file: string) =>
    moveDatabase(settingsOf({ DATABASE_URL: owner }), { to: file, grantTo: undefined });
  const query = async (sql: string) => (await testConnections(owner).pool.query(sql)).rows;
  return { path, owner, app, toPostgres, backTo, query };
}

function contents(path: string) {
  const db = openDatabase(path, { readonly: true });
  try {
    return Object.fromEntries(
      [...movedTables, ...derivedTables].map((table) => [
        table,
        db.prepare(`SELECT * FROM "${table}"`).all(),
      ]),
    );
  } finally {
    db.close();
  }
}

test("knows every table of SQLite", () => {
  const db = openDatabase(":memory:");
  const names = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  const found = names.pluck().all();
  db.close();
  expect(found.filter((name) => !knownTables.has(name))).toEqual([]);
});

describe.skipIf(missing !== undefined)(`moving to another database${skipped}`, () => {
  test("knows every table of PostgreSQL", async () => {
    const { query } = await filled();
    const found = await query(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    );
    expect(found.map(({ name }) => name).filter((name) => !knownTables.has(name))).toEqual([]);
  });

  test("brings every row to PostgreSQL and back", async () => {
    const { path, toPostgres, backTo } = await filled();
    const before = contents(path);
    expect(Object.keys(before).filter((table) => before[table]?.length === 0)).toEqual([]);
    const said = await toPostgres();
    expect(said).toMatch(/was copied to postgres:.*: \d+ rows in \d+ tables, read back and the same\.\n/u);
    expect(said).toContain("Audit log: 486 entries of 2 workspaces, every hash intact on both sides.\n");
    expect(said).toContain("Secrets: 12; CREDENTIAL_KEYS decrypts all of them.\n");
    const file = join(temporaryFolder(), "back.db");
    expect(await backTo(file)).toContain(`Start Patchbay with DATABASE_PATH=${file}`);
    expect(contents(file)).toEqual(before);
    expect(readFileSync(`${file}.checkpoints.jsonl`, "utf8")).toBe("a line\n");
  });

  test("lets a server go on where the other one stopped", async () => {
    const { app, toPostgres, query } = await filled();
    await toPostgres();
    const store = databaseStore(
      postgresQueries(testConnections(app)),
      testSeal("k1"),
      testSources("2026-04-01T00:00:00.000Z"),
    );
    const { audit, connections } = store.workspace("T1");
    expect(await audit.append(requested(999))).toMatchObject({ position: 244 });
    expect(await store.unsettledCount()).toBe(3);
    const [connection] = await connections.list();
    expect(await connections.credentials(connection?.id ?? "")).toEqual({ apiKey: "sk-prod" });
    const next =
      "INSERT INTO outbox (workspace_id, place, message, at) VALUES ('T1', 'p', 'm', 'a') RETURNING id";
    expect(await query(next)).toEqual([{ id: 32 }]);
  });

  test("fills no database that has rows, and overwrites no file", async () => {
    const { path, toPostgres, backTo } = await filled();
    await toPostgres();
    await expect(toPostgres()).rejects.toThrow(
      /^The target is not empty: its table audit_anchors has rows\./u,
    );
    await expect(backTo(path)).rejects.toThrow(/is there already; nothing is overwritten/u);
  });

  test("leaves nothing behind when it is broken off, and runs again", async () => {
    const { path, owner, toPostgres, backTo, query } = await filled();
    const breaker = testConnections(owner).pool;
    await breaker.query("ALTER TABLE act_marks RENAME COLUMN sequence TO other");
    await expect(toPostgres()).rejects.toThrow(/Only one of the databases has the column/u);
    await breaker.query("ALTER TABLE act_marks RENAME COLUMN other TO sequence");
    expect(await query("SELECT 1 FROM audit_entries")).toEqual([]);
    await toPostgres();
    const file = join(temporaryFolder(), "back.db");
    // What a run leaves that was killed at its worst moment.
    writeFileSync(`${file}.partial`, "half of a database");
    writeFileSync(`${file}.checkpoints.jsonl`, "a line\n");
    await backTo(file);
    expect(existsSync(`${file}.partial`)).toBe(false);
    expect(contents(file)).toEqual(contents(path));
  });

  test("refuses an audit log that was altered", async () => {
    const { path, toPostgres, query } = await filled();
    const db = openDatabase(path);
    db.exec("DROP TRIGGER audit_never_updated; UPDATE audit_entries SET reason = 'no' WHERE sequence = 5");
    db.close();
    await expect(toPostgres()).rejects.toThrow(
      /^The audit log of T1: entry 5 \(sequence 5\) is not what was written\. Nothing was copied\./u,
    );
    expect(await query("SELECT 1 FROM connections")).toEqual([]);
  });

  test("notices a program that writes to the source meanwhile", async () => {
    const { owner, toPostgres, backTo } = await filled();
    await toPostgres();
    const writer = await testConnections(owner).pool.connect();
    // The copy waits for this lock after its snapshot is taken.
    await writer.query("BEGIN; LOCK TABLE act_marks IN ACCESS EXCLUSIVE MODE");
    const moving = backTo(join(temporaryFolder(), "back.db"));
    const waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'act_marks'::regclass";
    while ((await writer.query(waits)).rowCount === 0);
    await writer.query("INSERT INTO drift_findings VALUES ('T7', 'c', 'n', 'f', 'a', 0); COMMIT");
    await expect(moving).rejects.toThrow(/^The copy of drift_findings is not the same/u);
    writer.release();
  });

  test("refuses while a server runs on the file", async () => {
    const { path, toPostgres } = await filled();
    const lock = lockDatabase(path);
    await expect(toPostgres()).rejects.toThrow(/another Patchbay server, process \d+/u);
    lock.release();
  });

  test("refuses a text that PostgreSQL cannot store", async () => {
    const { path, toPostgres } = await filled();
    const db = openDatabase(path);
    db.exec("UPDATE freezes SET reason = 'a' || char(0) || 'b'");
    db.close();
    await expect(toPostgres()).rejects.toThrow(/a row of freezes: its reason contains a NUL character/u);
  });
});

test("refuses a move from SQLite to SQLite, and one to no database", async () => {
  const settings = settingsOf({ DATABASE_PATH: join(temporaryFolder(), "none.db") });
  await expect(moveDatabase(settings, { to: "other.db", grantTo: undefined })).rejects.toThrow(
    /patchbay backup/u,
  );
  await expect(moveDatabase(settings, { to: "postgres://h", grantTo: undefined })).rejects.toThrow(
    /^--to must name a host and a database/u,
  );
});
