import { expect, it } from "vitest";
import { uninstall } from "../../../src/operations/workspace/uninstall.ts";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { testDatabase, testSeal } from "../../sqlite/support.ts";
import { testSources } from "../../store/events.ts";

const installedAt = new Date("2026-03-01T12:00:00.000Z");
const event = (at: Date) => ({ job: "app_uninstalled", requestId: "Ev1", at });

async function installed() {
  const db = testDatabase();
  const seal = testSeal("k1");
  const store = sqliteStore(db, seal, testSources());
  const installations = sqliteInstallations(db, seal, testSources());
  await installations.save("T1", { bot: { token: "xoxb-1" } }, installedAt);
  const prod = { vendor: "cartesia", name: "Prod", credentials: { api_key: "k" } } as const;
  const { id } = await store.workspace("T1").connections.add(prod);
  const forgotten: string[] = [];
  const accounts = { forget: (connectionId: string) => void forgotten.push(connectionId) };
  return {
    store,
    forgotten,
    id,
    deps: { installations, accounts, now: () => new Date(installedAt.getTime() + 60_000) },
  };
}

it("removes what the workspace left, closes its accounts, and records each removal", async () => {
  const { store, forgotten, id, deps } = await installed();
  const summary = await uninstall(deps, "T1", event(installedAt));
  expect(summary?.connections).toMatchObject([{ id }]);
  expect(forgotten).toEqual([id]);
  const entries = await store.workspace("T1").audit.entries({ limit: 10 });
  expect(entries).toMatchObject([
    { kind: "workspace.uninstalled", actor: { kind: "system", job: "app_uninstalled" }, requestId: "Ev1" },
    { kind: "connection.removed", connection: { id } },
  ]);
});

// C1
it("removes everything if the clock was an hour ahead at the installation", async () => {
  const { forgotten, id, deps } = await installed();
  const uninstalledAt = new Date(installedAt.getTime() - 3_500_000);
  await uninstall({ ...deps, now: () => uninstalledAt }, "T1", event(uninstalledAt));
  expect(forgotten).toEqual([id]);
  expect(await deps.installations.list()).toEqual([]);
});

it("removes nothing for an event that is older than the installation", async () => {
  const { store, forgotten, deps } = await installed();
  expect(await uninstall(deps, "T1", event(new Date(installedAt.getTime() - 1000)))).toBeUndefined();
  expect(forgotten).toEqual([]);
  expect(await store.workspace("T1").connections.list()).toHaveLength(1);
});
