import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import type { SqliteDatabase } from "../../src/sqlite/connection/database.ts";
import { sqliteQueries } from "../../src/sqlite/connection/sqlite-queries.ts";
import { sqliteInstallations } from "../../src/sqlite/store.ts";
import { sqliteSealedSecrets } from "../../src/sqlite/store.ts";
import { sqliteStore } from "../../src/sqlite/store.ts";
import { storeContract, type OpenedStore, type StoreOptions } from "../store/contract.ts";
import { manualSources, testSources } from "../store/events.ts";
import { workAccess } from "../store/due-work/work-access.ts";
import { temporaryFolder, testDatabase, testSeal } from "./support.ts";

storeContract("SQLite", async (options) => opened(testDatabase(), options));

function opened(
  db: SqliteDatabase,
  { keys = ["k1"], sources = testSources() }: StoreOptions = {},
): OpenedStore {
  const seal = testSeal(...keys);
  return {
    work: workAccess(sqliteQueries(db, sources.now), sources.now),
    store: sqliteStore(db, seal, sources),
    installations: sqliteInstallations(db, seal, sources),
    secrets: sqliteSealedSecrets(db, seal, sources),
    reopen: async (options) => opened(db, { keys, sources, ...options }),
  };
}

function testStore(db = testDatabase()) {
  return sqliteStore(db, testSeal("k1"), testSources());
}

test("stores in every table the workspace of each row, except for shared rows", async () => {
  const db = testDatabase();
  testStore(db);
  const tables = `SELECT name FROM sqlite_schema t WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT EXISTS (
    SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'workspace_id' AND c."notnull" = 1)`;
  const without = db
    .prepare<[], { name: string }>(tables)
    .all()
    .map(({ name }) => name);
  // The key for fingerprints, the file's heartbeat, and a table that is always empty.
  expect(without.toSorted()).toEqual(["fingerprint_key", "used_install_states", "write_probe"]);
});

test("lets a new server take over what the one before it held, and makes work of a kind due at once", async () => {
  const db = testDatabase();
  const { sources } = manualSources();
  const [before, after] = ["rep_1", "rep_2"].map((replicaId) =>
    opened(db, { sources: { ...sources, replicaId } }),
  );
  if (!before || !after) throw new Error("there are two");
  const claims = { limit: 10, perLane: 10, leaseMs: 60_000 };
  const dueAt = before.work.after(60_000);
  await before.work.schedule("T1", { kind: "run", itemId: "rev_1" });
  await before.work.schedule("T1", { kind: "outcome", itemId: "chg_1", dueAt });
  await before.work.schedule("T1", { kind: "expiry", itemId: "chg_1", dueAt });
  expect(await before.store.work.claim("run", claims)).toHaveLength(1);
  await after.store.work.takeOver(["outcome"]);
  expect(await after.store.work.claim("run", claims)).toHaveLength(1);
  expect(await after.store.work.claim("outcome", claims)).toHaveLength(1);
  expect(await after.store.work.claim("expiry", claims)).toEqual([]);
});

test("reports that it is writable, and leaves nothing behind", async () => {
  const db = testDatabase(join(temporaryFolder(), "patchbay.db"));
  const cache = db.pragma("cache_size", { simple: true });
  await expect(testStore(db).checkWritable()).resolves.toBeUndefined();
  expect(db.prepare("SELECT count(*) FROM write_probe").pluck().get()).toBe(0);
  expect(db.pragma("cache_size", { simple: true })).toBe(cache);
});

test("reports that it is not writable: full, read-only, closed", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = openDatabase(path);
  db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true })) + 1}`);
  await expect(testStore(db).checkWritable()).rejects.toMatchObject({
    code: "not_recorded",
    message: "Patchbay's database could not be written: its disk is full.",
  });
  await testStore(db).close();
  await expect(testStore(db).checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
  const reader = testDatabase(path, { readonly: true });
  await expect(testStore(reader).checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
});
