import { describe, expect, test } from "vitest";
import { postgresQueries } from "../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../src/store/store.ts";
import { testSeal } from "../sqlite/support.ts";
import { requested, testSources } from "../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "./support.ts";

/** The stores of two processes on one database. */
async function twoStores() {
  const { app } = await testPostgres();
  const open = (start: string) =>
    databaseStore(postgresQueries(testConnections(app)), testSeal("k1"), testSources(start));
  return [open("2026-03-01T00:00:00.000Z"), open("2026-03-02T00:00:00.000Z")] as const;
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

  test("make one key for the fingerprints of two workspaces", async () => {
    const stores = await twoStores();
    const credentials = { apiKey: "sk-prod" };
    const add = async (at: 0 | 1, workspaceId: string, name: string) =>
      stores[at].workspace(workspaceId).connections.add({ vendor: "cartesia", name, credentials });
    const [first] = await Promise.all([add(0, "T1", "a"), add(1, "T2", "a")]);
    expect((await add(1, "T1", "b")).fingerprint).toBe(first.fingerprint);
  });
});
