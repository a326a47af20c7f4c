import { describe, expect, test, vi } from "vitest";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { row } from "../../../src/store/database/database.ts";
import { patient } from "../../support/fixtures.ts";
import { pgbouncerVersion, startPgbouncer } from "../pooler/pgbouncer.ts";
import { locksOn } from "../locks/leases.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const countSql = "SELECT count(*) AS count FROM pg_prepared_statements WHERE name LIKE 'patchbay_%'";

/** How many statements a connection keeps, asked on the only connection of a pool. */
async function preparedBy(url: string) {
  const connections = testConnections(url);
  const database = postgresQueries(connections);
  const count = async () => (await database.read(row<{ count: number }>(countSql, {})))?.count;
  return { connections, database, count };
}

describe.skipIf(missing !== undefined)(`prepared statements${skipped}`, () => {
  test("are kept by a connection that leads to one process of PostgreSQL, once for each statement", async () => {
    const { app } = await testPostgres();
    const { count } = await preparedBy(app);
    await vi.waitFor(async () => expect(await count()).toBe(1), patient);
    expect(await count()).toBe(1);
  });

  test("are kept of locks, which a change takes and releases", async () => {
    const { app } = await testPostgres();
    const { connections, count } = await preparedBy(app);
    const locks = locksOn(connections, "here");
    // The pool may open a second connection, which has to show first that it is direct.
    await vi.waitFor(async () => {
      await locks.withLock("a", async () => undefined);
      expect(await count()).toBe(3);
    }, patient);
  });

  test("are not kept of all columns, which a migration changes", async () => {
    const { app, owner } = await testPostgres();
    const { count, database, connections } = await preparedBy(app);
    await vi.waitFor(async () => expect(await count()).toBe(1), patient);
    const all = async () => database.read(row<object>("SELECT * FROM write_probe", {}));
    await all();
    await testConnections(owner).pool.query("ALTER TABLE write_probe ADD COLUMN later TEXT");
    expect(connections.pool.totalCount).toBe(1);
    await expect(all()).resolves.not.toThrow();
  });

  test.skipIf(pgbouncerVersion === undefined)("are not used through PgBouncer", async () => {
    const { app } = await testPostgres();
    const { count } = await preparedBy((await startPgbouncer(app)).through(app));
    const counts = [await count(), await count(), await count()];
    expect(counts).toEqual([0, 0, 0]);
  });
});
