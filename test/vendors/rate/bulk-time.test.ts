import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rateLimiter } from "../../../src/vendors/rate-limiter.ts";
import { unpublishedRate, type RateLimit } from "../../../src/vendors/rate-limit.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const published: RateLimit = { requests: 50, intervalMs: 10_000, atOnce: 5 };
const tooMany = 429;

/** What was estimated for so many steps of two requests, and what they took, in milliseconds. */
async function estimateAndTime(limit: RateLimit, steps: number, refusedBefore = false) {
  const rate = rateLimiter(limit);
  if (refusedBefore) rate.observe(tooMany, {}, "PATCH");
  const estimated = rate.bulkTimeMs(steps);
  const began = Date.now();
  const request = async (): Promise<void> =>
    rate.run("update", async () => {
      rate.observe(200, {}, "PATCH");
    });
  const all = Array.from({ length: steps }, async () =>
    rate.inTurn(
      async () => {
        await request();
        await request();
      },
      { longestMs: 600_000 },
    ),
  );
  await vi.runAllTimersAsync();
  await Promise.all(all);
  return { estimated, took: Date.now() - began };
}

it("estimates bulk work at a published limit as it will be", async () => {
  const { estimated, took } = await estimateAndTime(published, 100);
  expect(estimated).toBe(31_800);
  expect(took / estimated).toBeGreaterThan(0.9);
  expect(took / estimated).toBeLessThan(1.1);
});

it("takes what a 429 taught into account", async () => {
  const { estimated } = await estimateAndTime(published, 100, true);
  expect(estimated).toBeGreaterThan(2 * 31_800);
});

it("counts with the assumed rate where a vendor publishes none, and says nothing of no work", () => {
  expect(rateLimiter(unpublishedRate).bulkTimeMs(100)).toBe(92_000);
  expect(rateLimiter(unpublishedRate).bulkTimeMs(0)).toBe(0);
});
