import { describe, expect, test } from "vitest";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { initialSchema } from "../../../src/postgres/migrations/0001-0020/0001-initial-schema.ts";
import { workItems } from "../../../src/postgres/migrations/0001-0020/0003-work-items.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { manualSources } from "../../store/events.ts";
import { oldWorkSql, scheduledWork } from "../../store/due-work/old-work.ts";
import { workAccess } from "../../store/due-work/work-access.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const kind = "expiry";
const claims = { limit: 10, perLane: 10, leaseMs: 60_000 };

describe.skipIf(missing !== undefined)(`the work that servers share on PostgreSQL${skipped}`, () => {
  test("goes by the clock of the database, though the servers' clocks differ by 90 seconds", async () => {
    const { app } = await testPostgres();
    const server = (replicaId: string, aheadMs: number) => {
      const database = postgresQueries(testConnections(app));
      const now = () => new Date(Date.now() + aheadMs);
      const sources = { ...manualSources().sources, now, replicaId };
      return { work: workAccess(database, now), queue: databaseStore(database, testSeal("k"), sources).work };
    };
    const [behind, ahead] = [server("rep_1", -90_000), server("rep_2", 90_000)];
    await ahead.work.schedule("T1", { kind, itemId: "a" });
    const claimed = await behind.queue.claim(kind, claims);
    expect(claimed).toMatchObject([{ itemId: "a" }]);
    expect(await ahead.queue.claim(kind, claims)).toEqual([]);
    await behind.work.schedule("T1", { kind, itemId: "b", claimedBy: "rep_1" });
    expect(await ahead.queue.claim(kind, claims)).toEqual([]);
    expect(await behind.queue.renew(claimed, claims.leaseMs)).toEqual(claimed);
    await behind.work.pass(claims.leaseMs);
    expect(await ahead.queue.claim(kind, claims)).toHaveLength(2);
    expect(await behind.queue.claim(kind, claims)).toEqual([]);
  });

  test("never goes to two of many servers that claim at the same moment", async () => {
    const { app } = await testPostgres();
    const queues = Array.from({ length: 4 }, (_, n) => {
      const database = postgresQueries(testConnections(app));
      const sources = { ...manualSources().sources, replicaId: `rep_${n}` };
      return { database, queue: databaseStore(database, testSeal("k"), sources).work };
    });
    const [first] = queues;
    if (!first) throw new Error("there are four");
    const itemIds = Array.from({ length: 60 }, (_, n) => `chg_${n}`);
    const work = workAccess(first.database, () => new Date());
    for (const [n, itemId] of itemIds.entries())
      await work.schedule(`T${n % 5}`, { kind, itemId, lane: `${n % 3}` });
    const claimed: string[] = [];
    const claimAll = async ({ queue }: (typeof queues)[number]): Promise<void> => {
      while (claimed.length < itemIds.length) {
        const found = await queue.claim(kind, { ...claims, limit: 3, perLane: 2 });
        claimed.push(...found.map(({ itemId }) => itemId));
        await Promise.all(found.map(async (claim) => queue.finish(claim)));
      }
    };
    await Promise.all(queues.map(claimAll));
    expect(claimed.toSorted()).toEqual(itemIds.toSorted());
  });

  test("is not taken from a server that may still be running", async () => {
    const database = postgresQueries(testConnections((await testPostgres()).app));
    const [one, two] = ["rep_1", "rep_2"].map(
      (replicaId) => databaseStore(database, testSeal("k"), { ...manualSources().sources, replicaId }).work,
    );
    await workAccess(database, () => new Date()).schedule("T1", { kind, itemId: "a" });
    expect(await one?.claim(kind, claims)).toHaveLength(1);
    await two?.takeOver([kind]);
    expect(await two?.claim(kind, claims)).toEqual([]);
  });

  test("is scheduled for what a released Patchbay left", async () => {
    const { owner } = await testPostgres({ isMigrated: false });
    const { pool } = testConnections(owner);
    await pool.query(initialSchema);
    await pool.query(oldWorkSql);
    await pool.query(workItems);
    const { rows } = await pool.query<{ item: unknown[] }>(
      "SELECT json_build_array(kind, item_id, lane, due_at) AS item FROM work_items ORDER BY kind, item_id",
    );
    expect(rows.map(({ item }) => item)).toEqual(scheduledWork([], [], "revert"));
  });
});
