import { expect, test } from "vitest";
import type { Connection, Connections } from "../../../src/domain/connections/connections.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { storedConnections } from "../../../src/store/connections/connections.ts";
import { testSources } from "../../store/events.ts";
import { testDatabase, testSeal, ofWorkspace } from "../support.ts";

const prod = { vendor: "cartesia", name: "Cartesia prod", credentials: { apiKey: "sk-prod" } } as const;

test("works with older keys, and encrypts with the newest", async () => {
  const db = testDatabase();
  const { id } = await storedConnections(ofWorkspace(db, "T1"), testSeal("k1"), testSources()).add(prod);
  const rotated = storedConnections(ofWorkspace(db, "T1"), testSeal("k2", "k1"), testSources());
  expect(await rotated.credentials(id)).toEqual({ apiKey: "sk-prod" });
  await rotated.add({ ...prod, name: "second" });
  expect(db.prepare("SELECT key_id FROM connections ORDER BY name").pluck().all()).toEqual(["k1", "k2"]);
  await rotated.replace(id, { apiKey: "sk-new" });
  expect(db.prepare("SELECT key_id FROM connections ORDER BY name").pluck().all()).toEqual(["k2", "k2"]);
});

test("does not decrypt credentials that were moved to another connection, workspace or vendor", async () => {
  const db = testDatabase();
  const seal = testSeal("k1");
  const vault = storedConnections(ofWorkspace(db, "T1"), seal, testSources());
  const theirs = storedConnections(ofWorkspace(db, "T2"), seal, testSources());
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
  await expect(
    storedConnections(ofWorkspace(db, "T3"), seal, testSources()).credentials(from.id),
  ).rejects.toMatchObject({
    code: "not_connected",
  });
  db.prepare("UPDATE connections SET workspace_id = 'T1', vendor = 'speechify' WHERE id = ?").run(from.id);
  await expect(vault.credentials(from.id)).rejects.toMatchObject({ code: "not_connected" });
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
