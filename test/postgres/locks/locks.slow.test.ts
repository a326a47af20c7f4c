import { describe, expect, test } from "vitest";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { locksContract } from "../../store/locks-contract.ts";
import { expireLocks, locksOn, pausedLocks, testLocks } from "./leases.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

describe.skipIf(missing !== undefined)(`locks on PostgreSQL${skipped}`, () => {
  locksContract("locks of two processes", async () => {
    const { app } = await testPostgres();
    return [testLocks(app, "rep_a"), testLocks(app, "rep_b")];
  });

  test("pass on from a holder that died, once its time is over", async () => {
    const { owner, app } = await testPostgres();
    void pausedLocks(app, "rep_dead").locks.withLock("a", async () => new Promise(() => undefined));
    const { pool } = testConnections(owner);
    const isHeldBy = async (holder: string) =>
      (await pool.query("SELECT 1 FROM locks WHERE holder = $1", [holder])).rowCount === 1;
    await expect.poll(async () => isHeldBy("rep_dead")).toBe(true);
    const waiting = testLocks(app, "rep_b").withLock("a", async () => isHeldBy("rep_b"));
    await expireLocks(owner);
    expect(await waiting).toBe(true);
    await expect.poll(async () => isHeldBy("rep_b")).toBe(false);
  });

  test("are renewed as long as the work takes", async () => {
    const { owner, app } = await testPostgres();
    const { pool } = testConnections(owner);
    const untilOf = async () => (await pool.query<{ until: Date }>("SELECT until FROM locks")).rows[0]?.until;
    await testLocks(app, "rep_a", 3_000).withLock("a", async () => {
      const first = await untilOf();
      await expect.poll(untilOf, { timeout: 30_000 }).not.toEqual(first);
    });
  });

  test("are lost for good once another process has taken them", async () => {
    const { owner, app } = await testPostgres();
    const { pool } = testConnections(owner);
    const connections = testConnections(app);
    await locksOn(connections, "rep_a", 300).withLock("a", async ({ leftMs }) => {
      await pool.query("UPDATE locks SET holder = 'rep_b', fence = DEFAULT");
      await expect.poll(leftMs).toBe(Number.NEGATIVE_INFINITY);
    });
    await connections.waiting.onIdle();
    // Releasing it takes nothing from the other one.
    expect((await pool.query("SELECT holder FROM locks")).rows).toEqual([{ holder: "rep_b" }]);
  });

  test("are lost when the database has forgotten them, and the next holder gets the same fence", async () => {
    const { owner, app } = await testPostgres();
    const { pool } = testConnections(owner);
    const database = postgresQueries(testConnections(app));
    const sequence = "pg_get_serial_sequence('locks', 'fence')";
    await testLocks(app, "rep_a", 300).withLock("a", async (lost) => {
      // As after a crash: neither a lock that was taken nor its fence is on the disk.
      await pool.query("DELETE FROM locks");
      await pool.query(`SELECT setval(${sequence}, $1, false)`, [lost.fence]);
      await testLocks(app, "rep_b").withLock("a", async (held) => {
        expect(held.fence).toBe(lost.fence);
        await expect(database.write(() => database.requireLeases([lost]))).rejects.toMatchObject({
          code: "not_recorded",
        });
        await database.write(() => database.requireLeases([held]));
        await expect.poll(lost.leftMs).toBe(Number.NEGATIVE_INFINITY);
      });
    });
  });

  test("let only the next holder wait for their release", async () => {
    const { owner, app } = await testPostgres();
    const other = await testConnections(owner).pool.connect();
    const locks = testLocks(app, "rep_a");
    const work = locks.withLock("a", async () => {
      await other.query("BEGIN; SELECT 1 FROM locks FOR UPDATE");
      return "done";
    });
    expect(await work).toBe("done");
    const next = testLocks(app, "rep_b").withLock("a", async () => "next");
    await other.query("COMMIT");
    other.release();
    expect(await next).toBe("next");
  });

  test("are released before the database is closed", async () => {
    const { owner, app } = await testPostgres();
    const connections = testConnections(app);
    const database = postgresQueries(connections);
    await locksOn(connections, "rep_a").withLock("a", async () => undefined);
    await database.close();
    expect((await testConnections(owner).pool.query("SELECT key FROM locks")).rows).toEqual([]);
  });

  test("are taken again by the process that could not release them", async () => {
    const { owner, app } = await testPostgres();
    const { pool } = testConnections(owner);
    await pool.query(
      "INSERT INTO locks VALUES ('a', 'rep_a', DEFAULT, clock_timestamp() + interval '1 hour')",
    );
    expect(await testLocks(app, "rep_a").withLock("a", async () => "taken")).toBe("taken");
  });

  test("are not taken when the database cannot be written", async () => {
    const { owner, app } = await testPostgres();
    await testConnections(owner).pool.query("REVOKE INSERT ON locks FROM patchbay_test_app");
    let isStarted = false;
    const working = testLocks(app, "rep_a").withLock("a", async () => {
      isStarted = true;
    });
    await expect(working).rejects.toMatchObject({
      code: "not_recorded",
      message: "Patchbay's database could not be written: Patchbay's role may not write to it.",
    });
    expect(isStarted).toBe(false);
  });
});
