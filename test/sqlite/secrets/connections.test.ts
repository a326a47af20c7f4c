import { expect, test } from "vitest";
import type { Connection, Connections } from "../../../src/domain/connections.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { sqliteConnections } from "../../../src/sqlite/secrets/connections.ts";
import { testDatabase, testSeal, testSources } from "../support.ts";

const prod = { vendor: "cartesia", name: "Cartesia prod", credentials: { apiKey: "sk-prod" } } as const;

test("keeps a connection with its credentials", async () => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  const added = await vault.add(prod);
  expect(added).toEqual({
    id: expect.stringMatching(/^con_[0-9a-f]{24}$/),
    vendor: "cartesia",
    name: "Cartesia prod",
    fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    createdAt: "2026-03-01T00:00:01.000Z",
    updatedAt: "2026-03-01T00:00:01.000Z",
  });
  expect(await vault.get(added.id)).toEqual(added);
  expect(await vault.credentials(added.id)).toEqual({ apiKey: "sk-prod" });
});

test("lists by name without regard to case", async () => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  for (const name of ["beta", "Alpha", "Gamma", "alpha 2"]) await vault.add({ ...prod, name });
  expect((await vault.list()).map(({ name }) => name)).toEqual(["Alpha", "alpha 2", "beta", "Gamma"]);
});

// A20
test("keeps no more than fifty connections of a workspace, and a place that one has left can be taken", async () => {
  const db = testDatabase();
  const vault = sqliteConnections(db, testSeal("k1"), "T1", testSources());
  const kept = [];
  for (let n = 0; n < 50; n += 1) kept.push(await vault.add({ ...prod, name: `prod ${n}` }));
  await expect(vault.add({ ...prod, name: "one more" })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(/50 connections.*Nothing was added/u),
    details: { field: "name" },
  });
  await sqliteConnections(db, testSeal("k1"), "T2", testSources()).add(prod);
  await vault.remove(kept[0]?.id ?? "");
  await vault.add({ ...prod, name: "one more" });
  expect(await vault.list()).toHaveLength(50);
});

test("refuses a name that is taken, whatever its case, and leaves what is there", async () => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  await vault.add({ ...prod, name: "Büro" });
  await expect(vault.add({ ...prod, name: " BÜRO " })).rejects.toMatchObject({
    code: "invalid_input",
    message: 'There is a connection called "Büro" already.',
    details: { field: "name" },
  });
  expect(await vault.list()).toHaveLength(1);
});

test("refuses a name that is empty or longer than 60 characters", async () => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  await expect(vault.add({ ...prod, name: "  " })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(vault.add({ ...prod, name: "x".repeat(61) })).rejects.toMatchObject({ code: "invalid_input" });
  expect(await vault.add({ ...prod, name: "🔑".repeat(60) })).toMatchObject({ name: "🔑".repeat(60) });
});

test("replaces the credentials and shows it by another fingerprint", async () => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  const added = await vault.add(prod);
  const replaced = await vault.replace(added.id, { apiKey: "sk-new" });
  expect(replaced).toEqual({
    ...added,
    fingerprint: expect.not.stringMatching(added.fingerprint),
    updatedAt: "2026-03-01T00:00:02.000Z",
  });
  expect(await vault.credentials(added.id)).toEqual({ apiKey: "sk-new" });
});

test("forgets a connection, and its name is free again", async () => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  const { id } = await vault.add(prod);
  await vault.remove(id);
  await expect(vault.credentials(id)).rejects.toMatchObject({ code: "not_found" });
  expect(await vault.list()).toEqual([]);
  await expect(vault.add(prod)).resolves.toMatchObject({ name: prod.name });
});

test.each<[string, (vault: Connections) => Promise<unknown>]>([
  ["get", async (vault) => vault.get("con_none")],
  ["credentials", async (vault) => vault.credentials("con_none")],
  ["replace", async (vault) => vault.replace("con_none", { apiKey: "x" })],
  ["remove", async (vault) => vault.remove("con_none")],
])("has no connection that was never added: %s", async (_, ask) => {
  const vault = sqliteConnections(testDatabase(), testSeal("k1"), "T1", testSources());
  await expect(ask(vault)).rejects.toMatchObject({ code: "not_found" });
});

test("goes on with older keys, and seals with the newest", async () => {
  const db = testDatabase();
  const { id } = await sqliteConnections(db, testSeal("k1"), "T1", testSources()).add(prod);
  const rotated = sqliteConnections(db, testSeal("k2", "k1"), "T1", testSources());
  expect(await rotated.credentials(id)).toEqual({ apiKey: "sk-prod" });
  await rotated.add({ ...prod, name: "second" });
  expect(db.prepare("SELECT key_id FROM connections ORDER BY name").pluck().all()).toEqual(["k1", "k2"]);
  await rotated.replace(id, { apiKey: "sk-new" });
  expect(db.prepare("SELECT key_id FROM connections ORDER BY name").pluck().all()).toEqual(["k2", "k2"]);
});

test("cannot open the one connection whose key is gone, and opens the others", async () => {
  const db = testDatabase();
  const old = await sqliteConnections(db, testSeal("k1"), "T1", testSources()).add(prod);
  const vault = sqliteConnections(db, testSeal("k2"), "T1", testSources());
  const fresh = await vault.add({ ...prod, name: "second" });
  await expect(vault.credentials(old.id)).rejects.toMatchObject({
    code: "not_connected",
    message: expect.stringMatching(
      /^The stored secret of the connection "Cartesia prod" cannot be opened with this/,
    ),
  });
  expect(await vault.credentials(fresh.id)).toEqual(prod.credentials);
  expect(await vault.list()).toHaveLength(2);
  await vault.replace(old.id, { apiKey: "sk-again" });
  expect(await vault.credentials(old.id)).toEqual({ apiKey: "sk-again" });
});

test("does not open credentials that were moved to another connection, workspace or vendor", async () => {
  const db = testDatabase();
  const seal = testSeal("k1");
  const vault = sqliteConnections(db, seal, "T1", testSources());
  const theirs = sqliteConnections(db, seal, "T2", testSources());
  const from = await vault.add(prod);
  const targets: [Connections, Connection][] = [
    [vault, await vault.add({ ...prod, name: "second" })],
    [theirs, await theirs.add(prod)],
  ];
  for (const [to, { id }] of targets) {
    const moved =
      "UPDATE connections SET sealed = (SELECT sealed FROM connections WHERE id = ?) WHERE id = ?";
    expect(db.prepare(moved).run(from.id, id).changes).toBe(1);
    await expect(to.credentials(id)).rejects.toMatchObject({ code: "not_connected" });
  }
  db.prepare("UPDATE connections SET workspace_id = 'T3' WHERE id = ?").run(from.id);
  await expect(sqliteConnections(db, seal, "T3", testSources()).credentials(from.id)).rejects.toMatchObject({
    code: "not_connected",
  });
  db.prepare("UPDATE connections SET workspace_id = 'T1', vendor = 'speechify' WHERE id = ?").run(from.id);
  await expect(vault.credentials(from.id)).rejects.toMatchObject({ code: "not_connected" });
});

test("gives the same key the same fingerprint in a workspace, also after a rotation, and another one elsewhere", async () => {
  const db = testDatabase();
  const first = await sqliteConnections(db, testSeal("k1"), "T1", testSources()).add(prod);
  const both = testSeal("k2", "k1");
  const second = await sqliteConnections(db, both, "T1", testSources()).add({ ...prod, name: "second" });
  const third = await sqliteConnections(db, testSeal("k2"), "T1", testSources()).add({
    ...prod,
    name: "third",
  });
  expect([second.fingerprint, third.fingerprint]).toEqual([first.fingerprint, first.fingerprint]);
  expect((await sqliteConnections(db, both, "T2", testSources()).add(prod)).fingerprint).not.toBe(
    first.fingerprint,
  );
  expect((await sqliteConnections(testDatabase(), both, "T1", testSources()).add(prod)).fingerprint).not.toBe(
    first.fingerprint,
  );
});

test("still takes a new connection when the fingerprints' key cannot be opened any more", async () => {
  const db = testDatabase();
  const first = await sqliteConnections(db, testSeal("k1"), "T1", testSources()).add(prod);
  const vault = sqliteConnections(db, testSeal("k2"), "T1", testSources());
  const second = await vault.add({ ...prod, name: "second" });
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect((await vault.get(first.id)).fingerprint).toBe(first.fingerprint);
});

test("writes a connection and its entry both or not at all", async () => {
  const db = testDatabase();
  const store = sqliteStore(db, testSeal("k1"), testSources());
  const { connections: vault, audit } = store.workspace("T1");
  const event = (kind: "connection.added" | "connection.removed") => () =>
    ({ kind, actor: { kind: "cli", osUser: "root" }, requestId: "req_1" }) as const;
  const { id } = await vault.add(prod, event("connection.added"));
  db.exec("CREATE TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'full'); END");
  await expect(vault.add({ ...prod, name: "other" }, event("connection.added"))).rejects.toMatchObject({
    code: "not_recorded",
  });
  await expect(vault.replace(id, { api_key: "other" }, event("connection.added"))).rejects.toMatchObject({
    code: "not_recorded",
  });
  await expect(vault.remove(id, event("connection.removed"))).rejects.toMatchObject({ code: "not_recorded" });
  db.exec("DROP TRIGGER full");
  expect(await vault.list()).toHaveLength(1);
  expect(await vault.credentials(id)).toEqual(prod.credentials);
  await vault.remove(id, event("connection.removed"));
  expect((await audit.entries({ limit: 9 })).map(({ kind }) => kind)).toEqual([
    "connection.removed",
    "connection.added",
  ]);
});
