import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { sqliteInstallations } from "../../../src/sqlite/secrets/installations.ts";
import { sqliteSealedSecrets } from "../../../src/sqlite/secrets/sealed-secrets.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { child } from "../child.ts";
import { temporaryFolder, testDatabase, testSeal, testSources } from "../support.ts";

const by = { actor: { kind: "cli", osUser: "ops" }, requestId: "req_1" } as const;
const old = testSeal("k1");
const both = testSeal("k2", "k1");

/** Two workspaces with installations and connections, all under k1. */
async function sealedUnderOld(
  db: SqliteDatabase,
  connections = 2,
  workspaces: readonly string[] = ["T1", "T2"],
): Promise<void> {
  const store = sqliteStore(db, old, testSources());
  const installations = sqliteInstallations(db, old, testSources());
  for (const id of workspaces) {
    await installations.save(id, { bot: { token: `xoxb-${id}` } }, new Date(0));
    for (let n = 1; n <= connections; n += 1)
      await store
        .workspace(id)
        .connections.add({ vendor: "cartesia", name: `c${n}`, credentials: { k: `${id}-${n}` } });
  }
}

async function resealed(
  db: SqliteDatabase,
  seal = both,
  from = "2026-04-01T00:00:00.000Z",
): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for await (const { outcome } of sqliteSealedSecrets(db, seal, testSources(from)).reseal(by))
    outcomes.push(outcome);
  return outcomes;
}

/** What the newest key alone opens. */
async function opened(
  db: SqliteDatabase,
  workspaces: readonly string[] = ["T1", "T2"],
): Promise<readonly unknown[]> {
  const seal = testSeal("k2");
  const store = sqliteStore(db, seal, testSources());
  const found: unknown[] = [];
  for (const id of workspaces) {
    found.push((await sqliteInstallations(db, seal, testSources()).find(id))?.installation);
    const { connections: vault } = store.workspace(id);
    for (const connection of await vault.list()) found.push(await vault.credentials(connection.id));
  }
  return found;
}

const all = ["T1", "T2"].flatMap((id) => [
  { bot: { token: `xoxb-${id}` } },
  { k: `${id}-1` },
  { k: `${id}-2` },
]);

test("seals everything under the newest key, so that the old one is not needed any more", async () => {
  const db = testDatabase();
  await sealedUnderOld(db);
  const secrets = sqliteSealedSecrets(db, both, testSources());
  expect(await secrets.use()).toEqual([
    { keyId: "k2", secrets: 0, state: "newest" },
    { keyId: "k1", secrets: 7, state: "older" },
  ]);
  expect(await resealed(db)).toEqual(Array.from({ length: 7 }, () => "resealed"));
  expect(await opened(db)).toEqual(all);
  expect((await secrets.use()).map(({ secrets: count }) => count)).toEqual([7, 0]);
  expect(await resealed(db)).toEqual([]);
});

test("writes down each secret in the log of its workspace", async () => {
  const db = testDatabase();
  await sealedUnderOld(db, 1);
  await resealed(db);
  const entries = await sqliteStore(db, both, testSources()).workspace("T1").audit.entries({ limit: 10 });
  expect(entries.toReversed()).toMatchObject([
    {
      kind: "secret.resealed",
      actor: by.actor,
      connection: { name: "c1" },
      details: { from: "k1", to: "k2", secret: "credentials" },
    },
    { kind: "secret.resealed", details: { from: "k1", to: "k2", secret: "installation" } },
  ]);
  expect(entries).toHaveLength(2);
});

test("keeps the fingerprint of a key that is entered again after a rotation", async () => {
  const db = testDatabase();
  await sealedUnderOld(db, 1);
  await resealed(db);
  const { connections: vault } = sqliteStore(db, testSeal("k2"), testSources()).workspace("T1");
  const [before] = await vault.list();
  const again = await vault.add({ vendor: "cartesia", name: "again", credentials: { k: "T1-1" } });
  expect(again.fingerprint).toBe(before?.fingerprint);
});

test("goes past what cannot be opened, and says which key is missing", async () => {
  const db = testDatabase();
  await sealedUnderOld(db);
  const missing = testSeal("k2");
  expect(await resealed(db, missing)).toEqual(Array.from({ length: 7 }, () => "not opened"));
  expect(await sqliteSealedSecrets(db, missing, testSources()).use()).toEqual([
    { keyId: "k2", secrets: 0, state: "newest" },
    { keyId: "k1", secrets: 7, state: "missing" },
  ]);
});

test("does not put an old secret over one that the server has replaced meanwhile", async () => {
  const db = testDatabase();
  await sealedUnderOld(db, 1);
  const { connections: vault } = sqliteStore(db, old, testSources()).workspace("T1");
  const [connection] = await vault.list();
  const outcomes: string[] = [];
  for await (const { what, outcome } of sqliteSealedSecrets(
    db,
    both,
    testSources("2026-04-01T00:00:00.000Z"),
  ).reseal(by)) {
    outcomes.push(outcome);
    // The first is T1's connection; T2's is replaced before its turn.
    if (what.endsWith("of T1") && outcomes.length === 1)
      await sqliteStore(db, old, testSources("2026-05-01T00:00:00.000Z"))
        .workspace("T2")
        .connections.replace(await firstOf(db, "T2"), { k: "replaced" });
  }
  expect(outcomes).toContain("changed meanwhile");
  expect(connection).toBeDefined();
  await resealed(db, both, "2026-06-01T00:00:00.000Z");
  const store = sqliteStore(db, testSeal("k2"), testSources());
  expect(await store.workspace("T2").connections.credentials(await firstOf(db, "T2"))).toEqual({
    k: "replaced",
  });
});

test("can be killed at any moment and run again", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = testDatabase(path);
  const workspaces = ["T1", "T2", "T3", "T4", "T5", "T6"];
  await sealedUnderOld(db, 50, workspaces);
  const before = db.prepare<[], Buffer>("SELECT sealed FROM connections").pluck().all();
  const running = child("reseal-all.ts", [path]);
  for (let n = 0; n < 20; n += 1) await running.line();
  await running.kill("SIGKILL");
  const [newest, older] = await sqliteSealedSecrets(db, both, testSources()).use();
  expect(newest?.secrets).toBeGreaterThanOrEqual(20);
  expect((newest?.secrets ?? 0) + (older?.secrets ?? 0)).toBe(307);
  expect(older?.secrets).toBeGreaterThan(0);
  const again = child("reseal-all.ts", [path]);
  for (let line = await again.line(); line !== undefined; line = await again.line());
  expect((await sqliteSealedSecrets(db, both, testSources()).use()).map(({ secrets }) => secrets)).toEqual([
    307, 0,
  ]);
  expect(await opened(db, workspaces)).toHaveLength(306);
  // One entry for each secret of a workspace, however often it was begun; and nothing of the old key is left in the files.
  const entries = await sqliteStore(db, both, testSources()).workspace("T1").audit.entries({ limit: 1000 });
  expect(entries).toHaveLength(51);
  const bytes = Buffer.concat(
    readdirSync(join(path, "..")).map((name) => readFileSync(join(path, "..", name))),
  );
  expect(before.filter((sealed) => bytes.indexOf(sealed) !== -1)).toEqual([]);
});

async function firstOf(db: SqliteDatabase, workspaceId: string): Promise<string> {
  const [first] = await sqliteStore(db, old, testSources()).workspace(workspaceId).connections.list();
  return first?.id ?? "";
}
