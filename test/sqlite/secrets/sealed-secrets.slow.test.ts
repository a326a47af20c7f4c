import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import { sqliteSealedSecrets } from "../../../src/sqlite/store.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { child } from "../child.ts";
import { testSources } from "../../store/events.ts";
import { temporaryFolder, testDatabase, testSeal } from "../support.ts";

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
  // One entry for each secret of a workspace, however often it was started, and nothing of the old key in the files.
  const entries = await sqliteStore(db, both, testSources()).workspace("T1").audit.entries({ limit: 1000 });
  expect(entries).toHaveLength(51);
  const bytes = Buffer.concat(
    readdirSync(join(path, "..")).map((name) => readFileSync(join(path, "..", name))),
  );
  expect(before.filter((sealed) => bytes.indexOf(sealed) !== -1)).toEqual([]);
});
