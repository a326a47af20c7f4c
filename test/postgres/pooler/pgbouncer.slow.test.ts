import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Signal } from "../../../src/domain/ports/signals.ts";
import { migrate, schemaAge } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { readPostgresUrl } from "../../../src/postgres/connection/postgres-url.ts";
import { grantRights, missingRights } from "../../../src/postgres/connection/rights.ts";
import { listenForSignals } from "../../../src/postgres/connection/signal-listener.ts";
import { dispatch, minute, operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness } from "../../support/timed.ts";
import { change } from "../../support/undo.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";
import { race, twoServers } from "../replicas/two-servers.ts";
import { pgbouncerVersion, pooledConnections, pooler, startPgbouncer } from "./pgbouncer.ts";

const through = async (url: string) => (await startPgbouncer(url)).through(url);

/** What the connections of a pool still hold, which their next client would get. */
async function leftBehind(pooled: string): Promise<readonly unknown[]> {
  const { pool } = testConnections(pooled);
  // Each transaction has a connection of its own, so together they see all of them.
  const clients = await Promise.all(Array.from({ length: pooledConnections }, async () => pool.connect()));
  await Promise.all(clients.map(async (client) => client.query("BEGIN")));
  const found = await Promise.all(clients.map(async (client) => client.query<object>(leftSql)));
  await Promise.all(clients.map(async (client) => client.query("ROLLBACK")));
  for (const client of clients) client.release();
  return found.flatMap(({ rows }) => rows);
}

const leftSql = `SELECT 'setting' AS kind, name FROM pg_settings
    WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding')
  UNION ALL SELECT 'statement', name FROM pg_prepared_statements
  UNION ALL SELECT 'lock', locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'`;

describe.skipIf(missing !== undefined || pgbouncerVersion === undefined)(
  `PgBouncer in transaction mode${skipped || pooler}`,
  () => {
    test("carries a change, its undo, and a temporary change that reverts", async () => {
      const { owner, app } = await testPostgres();
      const pooled = await through(app);
      const at = await startTemporaryChangeHarness({
        environment: { DATABASE_PATH: "", DATABASE_URL: pooled, LOG_LEVEL: "silent" },
      });
      const { harness } = at;
      onTestFinished(async () => harness.close());
      const before = at.answers();
      const omar = person(harness, operator);
      await change(harness, omar, "detach Roadside because it rings", voiceOps);
      expect(at.answers()).toBeNull();
      await omar.click("undo");
      await formSays(harness, omar, "*After:*");
      await omar.submit();
      await formSays(harness, omar, "Undoes change");
      expect(at.answers()).toBe(before);
      await omar.close();
      await at.reassign();
      expect(at.answers()).toBe(dispatch);
      at.pass(31 * minute);
      await toldInChannel(harness, voiceOps, "the temporary change expired");
      expect(at.answers()).toBe(before);
      const outcomes = (await harness.audit()).filter(({ kind }) => kind === "change.outcome");
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "applied", "applied"]);
      await harness.infra.store.checkWritable();
      const backends = await testConnections(owner).pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE usename = 'patchbay_test_app' AND datname = current_database()",
      );
      expect(backends.rowCount).toBeLessThanOrEqual(pooledConnections);
      expect(await leftBehind(pooled)).toEqual([]);
    });

    test("lets two servers race for a number, one update at a time", async () => {
      expect(await race(await twoServers(through), 8)).toEqual({ updates: 8, atOnce: 1 });
    });

    test("migrates, even when two do so at once, and grants rights", async () => {
      const { owner } = await testPostgres({ isMigrated: false });
      const pooled = await through(owner);
      const processes = [testConnections(pooled), testConnections(pooled)] as const;
      await Promise.all(processes.map(async (connections) => migrate(connections)));
      expect(await schemaAge(processes[0])).toBe("current");
      await grantRights(processes[0], "patchbay_test_app");
      const app = new URL(pooled);
      app.username = "patchbay_test_app";
      expect(await missingRights(testConnections(app.href))).toEqual([]);
      expect(await leftBehind(pooled)).toEqual([]);
    });

    test("loses signals, so a server polls, unless it listens past PgBouncer", async () => {
      const { app } = await testPostgres();
      const pooled = await through(app);
      const listen = async (url: string) => {
        const said: string[] = [];
        const heard: (Signal | undefined)[] = [];
        const log = {
          info: () => undefined,
          warn: (_: unknown, words: string) => void said.push(words),
          error: () => undefined,
        };
        const connections = testConnections(pooled);
        const listener = listenForSignals({
          url: readPostgresUrl(url),
          log,
          connections,
          everyMs: 3_600_000,
        });
        onTestFinished(async () => listener.close());
        listener.onSignal((signal) => void heard.push(signal));
        await listener.check();
        heard.length = 0;
        return { said, heard, listener, database: postgresQueries(connections, listener) };
      };
      const [deaf, direct] = [await listen(pooled), await listen(app)];
      const signal = { about: "settings", workspaceId: "T1" } as const;
      await deaf.database.write(() => deaf.database.signal(signal));
      await vi.waitFor(() => expect(direct.heard).toEqual([signal]), { timeout: 30_000 });
      await direct.listener.check();
      expect(direct.said).toEqual([]);
      await deaf.listener.check();
      expect(deaf.heard).toContain(undefined);
      expect(deaf.said).toEqual(["signals of other replicas not heard, what they change is polled"]);
    });
  },
);
