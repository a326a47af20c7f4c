import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type Database from "better-sqlite3";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { migrate } from "../../../src/sqlite/connection/migrate.ts";
import { migrations } from "../../../src/sqlite/migrations/index.ts";
import { runs } from "../../../src/sqlite/migrations/0021-0040/0022-runs.ts";
import { workItems } from "../../../src/sqlite/migrations/0001-0020/0019-work-items.ts";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { testKey, verified } from "../audit/chain-support.ts";
import { requested, testSources } from "../../store/events.ts";
import { migratedRun, oldRevertsSql } from "../../store/runs/old-reverts.ts";
import { oldWorkSql, scheduledWork } from "../../store/due-work/old-work.ts";
import { temporaryFolder, testDatabase, testSeal } from "../support.ts";

function tables(db: Database.Database): unknown[] {
  return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
}

test("migrates an empty database to the current schema", () => {
  const db = testDatabase();
  expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
  expect(tables(db)).toEqual(
    expect.arrayContaining([
      "audit_entries",
      "claimed_requests",
      "connections",
      "installations",
      "open_changes",
    ]),
  );
});

test("creates a new file as the migrations leave an empty one, and no other file", () => {
  const folder = temporaryFolder();
  const [path, empty] = [join(folder, "new", "patchbay.db"), join(folder, "empty.db")];
  writeFileSync(empty, "");
  const created = testDatabase(path);
  const schema = (db: Database.Database): unknown[] =>
    db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all();
  expect(schema(created)).toEqual(schema(testDatabase(empty)));
  const versions = ["user_version", "application_id", "journal_mode"];
  expect(versions.map((name) => created.pragma(name, { simple: true }))).toEqual([
    migrations.length,
    0x50424159,
    "wal",
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  created.close();
  expect(readdirSync(dirname(path))).toEqual(["patchbay.db"]);
});

test("changes nothing when run again", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const first = testDatabase(path);
  const before = tables(first);
  const second = testDatabase(path);
  expect(tables(second)).toEqual(before);
});

test("runs only the missing migrations", () => {
  const db = openFile(":memory:");
  migrate(db, "x", ["CREATE TABLE one (a)"]);
  migrate(db, "x", ["CREATE TABLE one (a)", "CREATE TABLE two (a)"]);
  expect(tables(db)).toEqual(["one", "two"]);
  expect(db.pragma("user_version", { simple: true })).toBe(2);
});

test("rolls back a migration that fails halfway and keeps those before it", () => {
  const db = openFile(":memory:");
  const steps = ["CREATE TABLE one (a)", "CREATE TABLE two (a); CREATE TABLE one (a)"];
  expect(() => migrate(db, "x", steps)).toThrow("already exists");
  expect(tables(db)).toEqual(["one"]);
  expect(db.pragma("user_version", { simple: true })).toBe(1);
  migrate(db, "x", ["CREATE TABLE one (a)", "CREATE TABLE two (a)"]);
  expect(tables(db)).toEqual(["one", "two"]);
});

test("leaves an empty database unmarked if the first migration fails", () => {
  const db = openFile(":memory:");
  expect(() => migrate(db, "x", ["CREATE TABLE one (a); NONSENSE"])).toThrow("syntax error");
  expect(db.pragma("application_id", { simple: true })).toBe(0);
  expect(tables(db)).toEqual([]);
});

test("refuses a schema that is newer than this Patchbay", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = openDatabase(path);
  db.pragma(`user_version = ${migrations.length + 1}`);
  db.close();
  const message = `its schema is version ${migrations.length + 1}, and this Patchbay knows no more than ${migrations.length}`;
  expect(() => openDatabase(path)).toThrow(message);
  expect(() => openDatabase(path, { readonly: true })).toThrow(message);
});

test("does not read an older schema that it may not migrate", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = openDatabase(path);
  db.pragma("user_version = 0");
  db.close();
  expect(() => openDatabase(path, { readonly: true })).toThrow(
    "its schema is older than this version of Patchbay",
  );
});

test("opens a database that a released Patchbay wrote", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const released = openFile(path);
  released.exec(readFileSync(new URL("released-database.sql", import.meta.url), "utf8"));
  released.close();
  const db = testDatabase(path);
  const seal = testSeal("k1");
  const store = sqliteStore(db, seal, testSources());
  const { audit, connections, settings } = store.workspace("T1");
  expect(await store.faults()).toEqual([]);
  await store.checkWritable();
  expect(await verified(db, testKey(), [], { schema: true })).toMatchObject([
    { workspaceId: "T1", verdict: "intact", entries: 5 },
  ]);
  expect(await audit.change("chg_1")).toMatchObject({ outcome: { outcome: "applied", vendorStatus: 200 } });
  expect(await audit.unsettled()).toMatchObject([{ requested: { changeId: "chg_2" } }]);
  const [connection] = await connections.list();
  expect(connection).toMatchObject({ vendor: "cartesia", name: "Prod" });
  expect(await connections.credentials(connection?.id ?? "")).toEqual({ api_key: "sk-prod" });
  expect(await settings.read()).toEqual({ announcementsChannelId: "C123" });
  expect(await sqliteInstallations(db, seal, testSources()).find("T1")).toMatchObject({
    installation: { team: { id: "T1" }, bot: { token: "xoxb-1" } },
  });
  expect(await audit.append(requested(9))).toMatchObject({ sequence: 6, position: 6 });
});

test("schedules the work of a database that a released Patchbay wrote", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const released = openFile(path);
  released.exec(readFileSync(new URL("released-database.sql", import.meta.url), "utf8"));
  migrate(released, path, migrations.slice(0, workItemsIndex));
  released.exec(oldWorkSql);
  released.close();
  const items = testDatabase(path)
    .prepare("SELECT kind, item_id, lane, due_at FROM work_items ORDER BY kind, item_id")
    .raw()
    .all();
  const connection = "con_6ca2f208c55d9b34760aa903";
  expect(items).toEqual(scheduledWork([["chg_2", connection]], [connection]));
});

test("takes the reverts of an earlier Patchbay along as runs, with their work", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const earlier = openFile(path);
  migrate(earlier, path, migrations.slice(0, migrations.indexOf(runs)));
  earlier.exec(oldRevertsSql);
  earlier.close();
  const store = sqliteStore(testDatabase(path), testSeal("k"), testSources());
  const workspace = store.workspace("T1");
  expect(await workspace.runs.get("rev_1")).toMatchObject(migratedRun);
  expect(await workspace.runs.getState("rev_2")).toMatchObject({ state: "done" });
  expect(await workspace.runs.running()).toEqual(["rev_1"]);
  // Only what is still to be changed holds its number.
  expect((await workspace.runs.holders()).map(({ key }) => key.numberId)).toEqual(["pn_2"]);
  const claims = await store.work.claim("run", { limit: 9, perLane: 9, leaseMs: 1000 });
  expect(claims.map(({ itemId }) => itemId)).toEqual(["rev_1"]);
});

test("has one file for each migration, numbered in order, in folders of twenty", () => {
  const folder = new URL("../../../src/sqlite/migrations/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("/"))
    .toSorted();
  const places = files.map((name) =>
    /^(\d{4})-(\d{4})\/(\d{4})-[a-z-]+\.ts$/u.exec(name)?.slice(1).map(Number),
  );
  const twenty = (index: number): number => index - (index % 20);
  expect(places).toEqual(migrations.map((_, index) => [twenty(index) + 1, twenty(index) + 20, index + 1]));
  const imported = readFileSync(new URL("index.ts", folder), "utf8").match(/[\d-]+\/\d{4}-[a-z-]+\.ts/gu);
  expect(imported).toEqual(files);
});

test("creates the same schema as each released migration", () => {
  const db = openFile(":memory:");
  for (const [index, digest] of releasedSchemas.entries()) {
    migrate(db, "x", migrations.slice(0, index + 1));
    const objects = db
      .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
      .raw()
      .all();
    const made = createHash("sha256").update(JSON.stringify(objects)).digest("hex").slice(0, 16);
    expect([index + 1, made]).toEqual([index + 1, digest]);
  }
});

const workItemsIndex = migrations.indexOf(workItems);

/** A digest of the schema after each released migration. The digest of a released migration never changes. */
const releasedSchemas = [
  "47137b54f8b7fe6f",
  "76e2c52064045e09",
  "1334aca4ae1ef81f",
  "977086fb2c85abe3",
  "553de19dd1f950fc",
  "3466a169aed60c55",
  "58bac2abfa4341c6",
  "95e4aede9e76a8d7",
  "dfcc03f687fca0f6",
  "98af936d994ae13d",
  "6b8984850dd13d1f",
  "20a56386ba33a719",
  "e86545f128e75dee",
  "e952aaf39b6485f7",
  "ddc39e9e360c2c66",
  "8f4a97974e5788b7",
  "8f4a97974e5788b7",
];
