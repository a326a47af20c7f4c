import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { sqliteInstallations } from "../../src/sqlite/secrets/installations.ts";
import { sqliteStore } from "../../src/sqlite/store.ts";
import { requested, temporaryFolder, testDatabase, testSeal, testSources } from "./support.ts";

const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;

function testStore(db = testDatabase()) {
  return sqliteStore(db, testSeal("k1"), testSources());
}

test("knows every workspace that has an entry, a connection or an installation, once", async () => {
  const db = testDatabase();
  const store = testStore(db);
  expect(await store.workspaceIds()).toEqual([]);
  for (const n of [1, 2, 3]) await store.workspace("T3").audit.append(requested(n));
  await store.workspace("E1").audit.append(requested(1));
  await store.workspace("T2").connections.add(prod);
  await store.workspace("T3").connections.add(prod);
  await sqliteInstallations(db, testSeal("k1"), testSources()).save("T4", {}, new Date());
  await sqliteInstallations(db, testSeal("k1"), testSources()).save("E1", {}, new Date());
  expect(await store.workspaceIds()).toEqual(["E1", "T2", "T3", "T4"]);
});

test("keeps in every table whose row it is, but where a row is nobody's", async () => {
  const db = testDatabase();
  testStore(db);
  const tables = `SELECT name FROM sqlite_schema t WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT EXISTS (
    SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'workspace_id' AND c."notnull" = 1)`;
  const without = db
    .prepare<[], { name: string }>(tables)
    .all()
    .map(({ name }) => name);
  // The one key that fingerprints are made with, the file's own signs of life, and a table that is always empty.
  expect(without.toSorted()).toEqual(["fingerprint_key", "write_probe"]);
});

test("lets no workspace see or touch what is another's", async () => {
  const store = testStore();
  const [ours, theirs] = [store.workspace("T1"), store.workspace("T2")];
  const { id } = await theirs.connections.add(prod);
  await theirs.audit.append(requested(1));
  expect(await ours.connections.list()).toEqual([]);
  await expect(ours.connections.get(id)).rejects.toMatchObject({ code: "not_found" });
  await expect(ours.connections.credentials(id)).rejects.toMatchObject({ code: "not_found" });
  await expect(ours.connections.replace(id, { apiKey: "x" })).rejects.toMatchObject({ code: "not_found" });
  await expect(ours.connections.remove(id)).rejects.toMatchObject({ code: "not_found" });
  await expect(ours.connections.add(prod)).resolves.toMatchObject({ name: "Prod" });
  await expect(ours.audit.append(requested(1))).resolves.toMatchObject({ workspaceId: "T1" });
  expect(await theirs.claim("req_1")).toBe(true);
  expect(await ours.claim("req_1")).toBe(true);
  expect(await theirs.connections.credentials(id)).toEqual(prod.credentials);
});

test("gives the same store for the same workspace, and none without an id", () => {
  const store = testStore();
  expect(store.workspace("T1")).toBe(store.workspace("T1"));
  expect(() => store.workspace("")).toThrow("a workspace has an id");
});

test("tells that it can be written, and leaves nothing behind", async () => {
  const db = testDatabase(join(temporaryFolder(), "patchbay.db"));
  const cache = db.pragma("cache_size", { simple: true });
  await expect(testStore(db).checkWritable()).resolves.toBeUndefined();
  expect(db.prepare("SELECT count(*) FROM write_probe").pluck().get()).toBe(0);
  expect(db.pragma("cache_size", { simple: true })).toBe(cache);
});

test("tells that it cannot be written: full, read-only, closed", async () => {
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
