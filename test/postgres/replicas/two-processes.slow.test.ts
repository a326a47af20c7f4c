import pg from "pg";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { patient } from "../../support/fixtures.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

/** The stores of two processes on one database. */
async function twoStores() {
  const { app } = await testPostgres();
  const open = (start: string) =>
    databaseStore(postgresQueries(testConnections(app)), testSeal("k1"), testSources(start));
  return [open("2026-03-01T00:00:00.000Z"), open("2026-03-02T00:00:00.000Z")] as const;
}

/** A connection to the database that does what it likes, as a slow process would. */
async function slowProcess(url: string) {
  const connect = async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    onTestFinished(async () => client.end());
    return client;
  };
  // A transaction sees who waits only once, so another connection looks.
  const [client, watcher] = [await connect(), await connect()];
  await client.query("BEGIN");
  return {
    holds: async (sql: string) => void (await client.query(sql)),
    commit: async () => void (await client.query("COMMIT")),
    /** How many others wait for a lock. */
    waiting: async () => {
      const waits = `SELECT count(*)::INT AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await watcher.query<{ n: number }>(waits)).rows[0]?.n;
    },
  };
}

const readAt = new Date("2026-03-01T03:00:00.000Z");

async function connectedStore(url: string) {
  const store = databaseStore(postgresQueries(testConnections(url)), testSeal("k1"), testSources());
  const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;
  return { store, connection: await store.workspace("T1").connections.add(prod) };
}

const settled = async (all: readonly Promise<unknown>[]) => Promise.allSettled(all);
const done = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === "fulfilled").length;

describe.skipIf(missing !== undefined)(`two processes on one PostgreSQL${skipped}`, () => {
  test("chain their entries into one log, also the first ones", async () => {
    const stores = await twoStores();
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => stores[n % 2]?.workspace("T1").audit.append(requested(n))),
    );
    const entries = await stores[0].workspace("T1").audit.entries({ limit: 100 });
    expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_, n) => 40 - n));
    for (const [index, { previousHash }] of entries.slice(0, -1).entries())
      expect(previousHash).toBe(entries[index + 1]?.hash);
    const sequences = entries.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a));
  });

  test("accept a request once", async () => {
    const stores = await twoStores();
    const results = await settled(
      Array.from({ length: 10 }, async (_, n) => stores[n % 2]?.workspace("T1").audit.append(requested(1))),
    );
    expect(done(results)).toBe(1);
    const claims = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => stores[n % 2]?.workspace("T1").claim("req_1")),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  test("open one incident in a channel", async () => {
    const stores = await twoStores();
    const results = await settled(
      Array.from({ length: 10 }, async (_, n) =>
        stores[n % 2]?.workspace("T1").incidents.start(
          {
            key: `INC-${n}`,
            channelId: "C1",
            title: undefined,
            startedBy: { kind: "system", job: "x" },
            startedAt: "2026-03-01T00:00:00.000Z",
          },
          { kind: "incident.started", actor: { kind: "system", job: "x" }, requestId: `req_${n}` },
        ),
      ),
    );
    expect(done(results)).toBe(1);
    const refused = results.find((result) => result.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "invalid_input", details: { field: "incident" } });
  });

  test("record a change while a list of the workspace is being stored", async () => {
    const { app } = await testPostgres();
    const { store, connection } = await connectedStore(app);
    const { numbers } = store.workspace("T1").inventory(connection);
    await numbers.keep({ items: [], at: readAt, tookMs: 1 });
    const slow = await slowProcess(app);
    await slow.holds("SELECT 1 FROM list_copies FOR UPDATE");
    const writes = [
      numbers.keep({ items: [], at: readAt, tookMs: 1 }),
      numbers.revise({ id: "pn_1", e164: "+14155550101", name: null, agent: null, fields: {} }),
    ];
    await vi.waitFor(async () => expect(await slow.waiting()).toBe(2), patient);
    await store.workspace("T1").audit.append(requested(1));
    await slow.commit();
    expect(await Promise.all(writes)).toHaveLength(2);
  });

  test("claim a request and keep a secret while another write of the workspace has its turn", async () => {
    const { app } = await testPostgres();
    const { store } = await connectedStore(app);
    const { audit, claim, shortLivedSecrets } = store.workspace("T1");
    await audit.append(requested(1));
    const slow = await slowProcess(app);
    await slow.holds("SELECT 1 FROM audit_heads FOR UPDATE");
    const appended = audit.append(requested(2));
    await vi.waitFor(async () => expect(await slow.waiting()).toBe(1), patient);
    expect(await claim("req_1", { changeId: "chg_1", replyTo: { userId: "U1" } })).toBe(true);
    await shortLivedSecrets.keep("form/req_1", "text");
    expect(await shortLivedSecrets.find("form/req_1")).toBe("text");
    await slow.commit();
    await appended;
  });

  test("store no list of a connection that is removed meanwhile", async () => {
    const { app } = await testPostgres();
    const { store, connection } = await connectedStore(app);
    const { numbers } = store.workspace("T1").inventory(connection);
    const slow = await slowProcess(app);
    await slow.holds("DELETE FROM connections");
    const written = numbers.keep({ items: [], at: readAt, tookMs: 1 });
    await vi.waitFor(async () => expect(await slow.waiting()).toBe(1), patient);
    await slow.commit();
    expect(await written).toBeUndefined();
    expect(await numbers.read()).toBeUndefined();
  });

  test("make one key for the fingerprints of two workspaces", async () => {
    const stores = await twoStores();
    const credentials = { apiKey: "sk-prod" };
    const add = async (at: 0 | 1, workspaceId: string, name: string) =>
      stores[at].workspace(workspaceId).connections.add({ vendor: "cartesia", name, credentials });
    const [first] = await Promise.all([add(0, "T1", "a"), add(1, "T2", "a")]);
    expect((await add(1, "T1", "b")).fingerprint).toBe(first.fingerprint);
  });
});
