import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { machineTimer } from "../../../src/vendors/machine-timer.ts";
import { rateLimiter } from "../../../src/vendors/rate-limiter.ts";
import { unpublishedRate, type RateLimiter } from "../../../src/vendors/rate-limit.ts";
import { retried } from "../../../src/vendors/retry.ts";

beforeEach(() => {
  vi.useFakeTimers();
  // Of the delay before a read is tried again.
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
});

const speechify = { requests: 30, intervalMs: 6000, atOnce: 10 };

/** A vendor that does not announce its limit: a bucket of so many requests that refills at this rate. */
function silentVendor(rate: RateLimiter, { burst, perSecond }: { burst: number; perSecond: number }) {
  let left = burst;
  let filledAt = performance.now();
  const statuses: string[] = [];
  const ask = async (method: "GET" | "PATCH"): Promise<void> => {
    await machineTimer.wait(5);
    const now = performance.now();
    left = Math.min(burst, left + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    const status = left >= 1 ? 200 : 429;
    if (status === 200) left -= 1;
    statuses.push(`${method} ${status}`);
    rate.observe(status, {}, method);
    if (status === 429) throw new Problem("rate_limited", "too often");
  };
  const read = async (): Promise<void> =>
    retried(async () => rate.run("read", async () => ask("GET")), {
      attempts: 3,
      backoffMs: 250,
      longestWaitMs: 5000,
      timer: machineTimer,
    });
  const step = async (): Promise<void> => {
    await read();
    await rate.run("update", async () => ask("PATCH"));
  };
  const count = (status: string): number => statuses.filter((each) => each === status).length;
  /** Another program of the same account uses up what there is. */
  const drain = (): void => {
    left = 0;
    filledAt = performance.now();
  };
  return { statuses, count, step, drain };
}

/** Repeats a step of bulk work until it succeeds. */
async function untilDone(rate: RateLimiter, step: () => Promise<void>): Promise<void> {
  for (let isDone = false; !isDone;)
    isDone = await rate.inTurn(step, { longestMs: 600_000 }).then(
      () => true,
      () => false,
    );
}

it.each([
  [30, 5],
  [31, 5],
  [10, 3],
  [11, 8],
  [60, 4],
])("learns a limit of %i, then %i a second, with few refused updates", async (burst, perSecond) => {
  const rate = rateLimiter(unpublishedRate);
  const { statuses, count, step } = silentVendor(rate, { burst, perSecond });
  const steps = 250;
  const beganAt = performance.now();
  const run = async (): Promise<number> => {
    await Promise.all(Array.from({ length: steps }, async () => untilDone(rate, step)));
    return performance.now() - beganAt;
  };
  const running = run();
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  const tookMs = await running;
  const boundMs = ((2 * steps - burst) / perSecond) * 1000;
  expect(count("PATCH 200")).toBe(steps);
  expect(count("PATCH 429")).toBeLessThanOrEqual(5);
  // A refused read is repeated when there is room for the update too.
  expect(statuses.join()).not.toContain("GET 429,GET 200,PATCH 429");
  expect(tookMs).toBeLessThan(1.15 * boundMs);
});

// B1
it.each([
  ["an unpublished limit", unpublishedRate, 3],
  ["an unpublished limit that is slower than our guess", unpublishedRate, 0.5],
  ["a published limit that is not kept", speechify, 3],
])(
  "learns that a vendor takes no two requests at once, and spaces those of a step: %s",
  async (_name, limit, perSecond) => {
    const rate = rateLimiter(limit);
    const { count, step } = silentVendor(rate, { burst: 1, perSecond });
    const all = Promise.all(Array.from({ length: 20 }, async () => untilDone(rate, step)));
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    await all;
    expect(count("PATCH 200")).toBe(20);
    expect(count("PATCH 429")).toBeLessThan(10);
  },
);

// B1
it("sends fewer and fewer updates to a vendor that answers reads and refuses updates", async () => {
  const rate = rateLimiter(unpublishedRate);
  let tries = 0;
  const step = async (): Promise<void> => {
    await rate.run("read", async () => rate.observe(200, {}, "GET"));
    await rate.run("update", async () => rate.observe(429, {}, "PATCH"));
    tries += 1;
    throw new Problem("rate_limited", "too often");
  };
  const trying = untilDone(rate, step);
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(25);
  rate.observe(200, {}, "PATCH");
  void trying;
});

it.each([
  ["12 requests of people in a day", 12, 2 * 60 * 60_000],
  ["one every three seconds", 40, 3_000],
])("does not take %s between two refusals for the vendor's rate", async (_what, steps, everyMs) => {
  const rate = rateLimiter(unpublishedRate);
  const { count, step, drain } = silentVendor(rate, { burst: 30, perSecond: 3 });
  const tookMs = async (each: number, withinMs: number): Promise<number> => {
    const beganAt = performance.now();
    const running = Promise.all(Array.from({ length: each }, async () => untilDone(rate, step)));
    const took = running.then(() => performance.now() - beganAt);
    await vi.advanceTimersByTimeAsync(withinMs);
    return took;
  };
  const first = await tookMs(60, 30 * 60_000);
  const learned = count("PATCH 429") + count("GET 429");
  for (let turn = 0; turn < steps; turn += 1) await tookMs(1, everyMs);
  const refused = count("PATCH 429") + count("GET 429");
  drain();
  expect(await tookMs(60, 30 * 60_000)).toBeLessThan(1.5 * first);
  const again = count("PATCH 429") + count("GET 429") - refused;
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThanOrEqual(learned);
});

it("measures a vendor that counts by the minute and asks to wait for the next one", async () => {
  const rate = rateLimiter(unpublishedRate);
  const minuteMs = 60_000;
  let minute = -1;
  let asked = 0;
  let refused = 0;
  const ask = async (method: "GET" | "PATCH"): Promise<void> => {
    await machineTimer.wait(200);
    const now = Math.floor(performance.now() / minuteMs);
    if (now !== minute) asked = 0;
    minute = now;
    asked += 1;
    const isTooMuch = asked > 31;
    const seconds = Math.ceil(((now + 1) * minuteMs - performance.now()) / 1000);
    rate.observe(isTooMuch ? 429 : 200, isTooMuch ? { "retry-after": String(seconds) } : {}, method);
    if (!isTooMuch) return;
    if (method === "PATCH") refused += 1;
    throw new Problem("rate_limited", "too often");
  };
  const step = async (): Promise<void> => {
    await rate.run("read", async () => ask("GET"));
    await rate.run("update", async () => ask("PATCH"));
  };
  const all = Promise.all(Array.from({ length: 100 }, async () => untilDone(rate, step)));
  await vi.advanceTimersByTimeAsync(60 * minuteMs);
  await all;
  expect(refused).toBeLessThanOrEqual(5);
});
