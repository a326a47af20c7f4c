import { describe, expect, test } from "vitest";
import type { BudgetReport } from "../../../src/domain/vendor/shared-budgets.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { storedVendorBudgets } from "../../../src/store/workflow/vendor-budgets.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

// It refills so slowly that the test sees whole requests.
const limit = { requests: 24, intervalMs: 24 * 3_600_000 };
const none: BudgetReport = { spent: 0, seen: [] };
const list = { who: "list", need: 1, most: 1 } as const;
const refusal = { status: 429, method: "GET", open: 1, isSecondOfStep: false, retryAfterMs: 60_000 } as const;

async function twoReplicas(account = "cartesia/f1") {
  const { owner, app } = await testPostgres();
  const open = () => storedVendorBudgets(postgresQueries(testConnections(app))).of("T1", account);
  return { one: open(), other: open(), app, owner: testConnections(owner).pool };
}

describe.skipIf(missing !== undefined)(`a vendor's limit over two replicas${skipped}`, () => {
  test("gives no more together than one replica would get", async () => {
    const { one, other } = await twoReplicas();
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) =>
        (n % 2 ? one : other).exchange(limit, { ...none, take: list }),
      ),
    );
    // Three are reserved for people.
    expect(answers.filter(({ taken }) => taken === 1)).toHaveLength(21);
    expect(answers.filter(({ taken }) => taken === 0)).toHaveLength(19);
  });

  test("keeps the order of what is urgent", async () => {
    const { one, other } = await twoReplicas();
    const taken = async (replica: typeof one, who: "list" | "bulk" | "background") =>
      (await replica.exchange(limit, { ...none, take: { who, need: 2, most: 100 } })).taken;
    expect(await taken(one, "background")).toBe(12);
    expect(await taken(other, "background")).toBe(0);
    expect(await taken(other, "bulk")).toBe(8);
    expect(await taken(one, "bulk")).toBe(0);
    expect(await taken(one, "list")).toBe(0);
    expect((await other.exchange(limit, { ...none, spent: -1 })).bucket.left).toBeCloseTo(5, 1);
    expect(await taken(one, "list")).toBe(2);
  });

  test("counts what people send without asking", async () => {
    const { one, other } = await twoReplicas();
    await one.exchange(limit, { ...none, spent: 20 });
    expect((await other.exchange(limit, { ...none, spent: 2 })).bucket.left).toBeCloseTo(2, 1);
    expect((await other.exchange(limit, { ...none, take: list })).taken).toBe(0);
  });

  test("holds a pause that the vendor asked one of them for", async () => {
    const { one, other, owner } = await twoReplicas();
    await one.exchange(limit, { ...none, seen: [refusal] });
    const { bucket, taken } = await other.exchange(limit, { ...none, take: list });
    expect(taken).toBe(0);
    expect(bucket.heldUntil).toBeGreaterThan(0);
    expect(bucket.heldUntil).toBeLessThanOrEqual(60_000);
    expect(bucket.left).toBeCloseTo(0, 1);
    const { rows } = await owner.query("SELECT workspace_id, account FROM vendor_budgets");
    expect(rows).toEqual([{ workspace_id: "T1", account: "cartesia/f1" }]);
  });

  test("begins anew with a row that it cannot read, and forgets accounts that nobody uses", async () => {
    const { one, app, owner } = await twoReplicas();
    await one.exchange(limit, { ...none, spent: 20 });
    await owner.query("UPDATE vendor_budgets SET bucket = '{\"size\":0}'");
    expect((await one.exchange(limit, none)).bucket.left).toBeCloseTo(24, 1);
    await owner.query("UPDATE vendor_budgets SET used_at_ms = 1");
    const another = storedVendorBudgets(postgresQueries(testConnections(app))).of("T1", "cartesia/f2");
    await another.exchange(limit, none);
    const { rows } = await owner.query("SELECT account FROM vendor_budgets");
    expect(rows).toEqual([{ account: "cartesia/f2" }]);
  });
});
