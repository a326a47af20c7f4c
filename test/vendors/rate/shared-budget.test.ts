import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BudgetReport, SharedBudget } from "../../../src/domain/vendor/shared-budgets.ts";
import { filled, movedBy, newBucket, spent, takenFrom } from "../../../src/domain/vendor/token-bucket.ts";
import { observed } from "../../../src/domain/vendor/observe-limit.ts";
import { machineTimer } from "../../../src/vendors/machine-timer.ts";
import { rateLimiter } from "../../../src/vendors/rate-limiter.ts";
import { sharedBudget } from "../../../src/vendors/shared-budget.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const limit = { requests: 20, intervalMs: 10_000, atOnce: 3 };

/** A budget in memory, as in the database, and replicas that share it. */
function shared() {
  const state = { reports: [] as BudgetReport[], isDown: false, replicas: 2, failures: 0 };
  let bucket = newBucket(limit, Date.now());
  const budget: SharedBudget = {
    exchange: async (_limit, report) => {
      if (state.isDown) throw new Error("cut off");
      state.reports.push(report);
      const now = Date.now();
      bucket = spent(filled(bucket, limit, now), report.spent);
      for (const one of report.seen) bucket = observed(bucket, limit, one, now);
      const taken = report.take ? takenFrom(bucket, limit, report.take) : 0;
      bucket = spent(bucket, taken);
      return { bucket: movedBy(bucket, -now), taken, replicas: state.replicas };
    },
  };
  const replica = () => {
    const mine = sharedBudget(limit, budget, machineTimer, () => (state.failures += 1));
    return rateLimiter(limit, "Acme", machineTimer, mine);
  };
  return { state, replica, left: () => filled(bucket, limit, Date.now()).left };
}

const count = () => {
  const state = { ran: 0 };
  return { state, task: async () => void (state.ran += 1) };
};

it("sends a person's requests at once, and counts them soon after", async () => {
  const { state, replica, left } = shared();
  const { state: done, task } = count();
  const rate = replica();
  for (let n = 0; n < 30; n += 1) await rate.run(n % 2 ? "read" : "update", task);
  expect(done.ran).toBe(30);
  expect(state.reports).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(state.reports).toMatchObject([{ spent: 30, seen: [], take: undefined }]);
  expect(left()).toBe(0);
});

it("sends no more list requests from two replicas than from one", async () => {
  const { replica } = shared();
  const { state: done, task } = count();
  const replicas = [replica(), replica()];
  const lists = Promise.all(Array.from({ length: 60 }, async (_, n) => replicas[n % 2]?.run("list", task)));
  await vi.advanceTimersByTimeAsync(100);
  // Three of the 20 are reserved for people.
  expect(done.ran).toBe(17);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(done.ran).toBeGreaterThanOrEqual(36);
  expect(done.ran).toBeLessThanOrEqual(37);
  await vi.advanceTimersByTimeAsync(20_000);
  await lists;
});

it("reserves several requests at once, and returns what it does not use", async () => {
  const { state, replica, left } = shared();
  const { task } = count();
  const rate = replica();
  await rate.inTurn(async () => rate.run("read", task), { longestMs: 0 });
  expect(state.reports).toMatchObject([{ take: { who: "bulk", need: 2 } }]);
  expect(left()).toBe(18);
  await vi.advanceTimersByTimeAsync(200);
  expect(state.reports.at(-1)).toMatchObject({ spent: -1 });
  expect(left()).toBeGreaterThanOrEqual(19);
});

it("pauses when another replica was rate limited", async () => {
  const { replica } = shared();
  const [one, other] = [replica(), replica()];
  one.observe(429, { "retry-after": "5" }, "GET");
  await vi.advanceTimersByTimeAsync(0);
  const { state: done, task } = count();
  await expect(other.run("list", task)).rejects.toMatchObject({
    code: "rate_limited",
    details: { retryAfterMs: 5_000 },
  });
  expect(done.ran).toBe(0);
});

it("uses its share while the budget is unavailable, says so once, and returns to it", async () => {
  const { state, replica } = shared();
  const { state: done, task } = count();
  const rate = replica();
  await rate.run("list", task);
  await vi.advanceTimersByTimeAsync(1_000);
  state.isDown = true;
  const lists = Promise.all(Array.from({ length: 30 }, async () => rate.run("list", task)));
  await vi.advanceTimersByTimeAsync(0);
  // Half of the 20, of which two are reserved for people.
  expect(done.ran).toBe(1 + 8);
  await vi.advanceTimersByTimeAsync(5_000);
  // One request a second instead of two.
  expect(done.ran).toBe(1 + 8 + 5);
  expect(state.failures).toBe(1);
  state.isDown = false;
  await vi.advanceTimersByTimeAsync(30_000);
  await lists;
  expect(state.failures).toBe(1);
  expect(state.reports.length).toBeGreaterThan(1);
});

it("reports once more with the next request, and not on and on, while the budget is unavailable", async () => {
  const { state, replica } = shared();
  const { task } = count();
  const rate = replica();
  state.isDown = true;
  await rate.run("update", task);
  await vi.runAllTimersAsync();
  expect(vi.getTimerCount()).toBe(0);
  state.isDown = false;
  await rate.run("update", task);
  await vi.runAllTimersAsync();
  expect(state.reports).toMatchObject([{ spent: 2 }]);
});
