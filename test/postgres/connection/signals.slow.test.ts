import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Signal } from "../../../src/domain/ports/signals.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { readPostgresUrl } from "../../../src/postgres/connection/postgres-url.ts";
import { listenForSignals } from "../../../src/postgres/connection/signal-listener.ts";
import { storedInstallations } from "../../../src/store/installation/installations.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { testSources } from "../../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const actor = { kind: "system", job: "x" } as const;
const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A replica that listens on one database and writes to it, or to another one; then it receives no signals. */
async function replica(url: string, writesTo = url) {
  const connections = testConnections(url);
  const said: string[] = [];
  const log = { ...silent, warn: (_: unknown, words: string) => void said.push(words) };
  const listener = listenForSignals({
    url: readPostgresUrl(url),
    log,
    connections: testConnections(writesTo),
    everyMs: 3_600_000,
  });
  onTestFinished(async () => listener.close());
  const database = postgresQueries(connections, listener);
  const heard: (Signal | undefined)[] = [];
  database.onSignal((signal) => void heard.push(signal));
  const store = databaseStore(database, testSeal("k1"), testSources());
  await listener.check();
  return {
    store,
    installations: storedInstallations(database, testSeal("k1"), testSources()),
    listener,
    heard,
    said,
  };
}

async function twoReplicas() {
  const { app } = await testPostgres();
  const [one, other] = [await replica(app), await replica(app)] as const;
  one.heard.length = 0;
  other.heard.length = 0;
  return { one, other, app };
}

const hears = async (heard: readonly (Signal | undefined)[], wanted: Signal | undefined) =>
  vi.waitFor(() => expect(heard).toContainEqual(wanted), { timeout: 30_000 });

describe.skipIf(missing !== undefined)(`signals between replicas${skipped}`, () => {
  test("settings that one replica writes are not remembered by another", async () => {
    const { one, other } = await twoReplicas();
    const settings = () => other.store.workspace("T1").settings;
    await settings().read();
    expect(settings().lastRead()).toEqual({});
    const event = { actor, requestId: "req_1" };
    await one.store.workspace("T1").settings.write({ announcementsChannelId: "C0NEWS001" }, event);
    await hears(other.heard, { about: "settings", workspaceId: "T1" });
    expect(settings().lastRead()).toBeUndefined();
    expect(await settings().read()).toEqual({ announcementsChannelId: "C0NEWS001" });
    expect(one.heard).toEqual([]);
  });

  test("hears of entries that a process writes which announces none", async () => {
    const { one, other, app } = await twoReplicas();
    const database = postgresQueries(testConnections(app));
    const sources = { ...testSources(), isBesideServers: true };
    const event = { kind: "action.refused", actor, requestId: "req_1" } as const;
    await databaseStore(database, testSeal("k1"), sources).workspace("T1").audit.append(event);
    for (const { heard } of [one, other]) await hears(heard, { about: "entries", workspaceId: "T1" });
    one.heard.length = 0;
    other.heard.length = 0;
    await one.store.workspace("T1").audit.append(event);
    await one.store.workspace("T2").settings.write({}, { actor, requestId: "req_2" });
    await hears(other.heard, { about: "settings", workspaceId: "T2" });
    expect(other.heard).toHaveLength(1);
  });

  test("names lists, connections and installations that have changed, and nothing that was rolled back", async () => {
    const { one, other } = await twoReplicas();
    const { connections, ...workspace } = one.store.workspace("T1");
    const { id: connectionId, fingerprint } = await connections.add(prod);
    const lists = workspace.inventory({ id: connectionId, fingerprint });
    await lists.numbers.keep({ items: [], at: new Date(0), tookMs: 1 });
    await hears(other.heard, { about: "lists", workspaceId: "T1", connectionId });
    await one.installations.save("T1", {}, new Date(0));
    await hears(other.heard, { about: "installation", workspaceId: "T1" });
    const failed = new Error("not so");
    const removed = connections.remove(connectionId, () => {
      throw failed;
    });
    await expect(removed).rejects.toBe(failed);
    await one.installations.wipe("T1");
    await hears(other.heard, { about: "connection", workspaceId: "T1", connectionId });
    expect(other.heard.filter((signal) => signal?.about === "connection")).toHaveLength(1);
  });

  test("after a broken connection, any signal may have been missed, and later ones are heard again", async () => {
    const { one, other, app } = await twoReplicas();
    await testConnections(app).pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    );
    await vi.waitFor(async () => {
      await other.listener.check();
      expect(other.heard).toContain(undefined);
      await one.store.workspace("T1").settings.write({}, { actor, requestId: "req_1" });
      expect(other.heard).toContainEqual({ about: "settings", workspaceId: "T1" });
    });
  });

  test("a replica that hears nothing takes everything for outdated at each look, and says so once", async () => {
    const { app } = await testPostgres();
    const { heard, listener, said, store } = await replica(app, (await testPostgres()).app);
    heard.length = 0;
    await store.workspace("T1").settings.read();
    await listener.check();
    expect(store.workspace("T1").settings.lastRead()).toBeUndefined();
    await listener.check();
    expect(heard.length).toBeGreaterThanOrEqual(2);
    expect(new Set(heard)).toEqual(new Set([undefined]));
    expect(said).toEqual(["signals of other replicas not heard, what they change is polled"]);
  });

  test("ignores what another version says", async () => {
    const { one, other, app } = await twoReplicas();
    const { pool } = testConnections(app);
    for (const payload of ["", "{", "[]", '{"from":"x","signal":{"about":"weather","workspaceId":"T1"}}'])
      await pool.query("SELECT pg_notify('patchbay', $1)", [payload]);
    await one.store.workspace("T1").settings.write({}, { actor, requestId: "req_1" });
    await hears(other.heard, { about: "settings", workspaceId: "T1" });
    expect(other.heard).toHaveLength(1);
  });
});
