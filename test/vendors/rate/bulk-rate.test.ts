import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isProblem } from "../../../src/domain/problem/problem.ts";
import { rateLimiter } from "../../../src/vendors/rate-limiter.ts";
import { unpublishedRate, type RateLimiter, type Urgency } from "../../../src/vendors/rate-limit.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const speechify = { requests: 30, intervalMs: 6000, atOnce: 10 };

/** That many steps of bulk work, with a read and an update each. Returns when each request was sent. */
function bulk(rate: RateLimiter, count: number) {
  const sentAt: number[] = [];
  const request = async (urgency: Urgency): Promise<void> =>
    rate.run(urgency, async () => void sentAt.push(performance.now()));
  const all = Promise.all(
    Array.from({ length: count }, async () =>
      rate.inTurn(
        async () => {
          await request("read");
          await request("update");
        },
        { longestMs: 600_000 },
      ),
    ),
  );
  return { sentAt, all };
}

/** The lowest level of a bucket of 30 that fills by 5 a second. */
function emptiest(sentAt: readonly number[]): number {
  let left = 30;
  let least = left;
  let before = sentAt[0] ?? 0;
  for (const at of sentAt) {
    left = Math.min(30, left + (at - before) / 200) - 1;
    least = Math.min(least, left);
    before = at;
  }
  return least;
}

// B1, O1
it("sends bulk work as fast as the limit allows, with room for a person's change", async () => {
  const { sentAt, all } = bulk(rateLimiter(speechify), 60);
  const began = performance.now();
  await vi.advanceTimersByTimeAsync(60_000);
  await all;
  expect(sentAt).toHaveLength(120);
  expect((sentAt.at(-1) ?? 0) - began).toBeLessThan(20_000);
  expect(emptiest(sentAt)).toBeGreaterThanOrEqual(5);
});

// B1
it("delays bulk work behind what people do at the same time", async () => {
  const rate = rateLimiter(speechify);
  const { sentAt, all } = bulk(rate, 40);
  for (let second = 0; second < 10; second += 1) {
    for (let turn = 0; turn < 4; turn += 1)
      await rate.run("update", async () => void sentAt.push(performance.now()));
    await vi.advanceTimersByTimeAsync(1000);
  }
  await vi.advanceTimersByTimeAsync(60_000);
  await all;
  expect(emptiest(sentAt)).toBeGreaterThanOrEqual(0);
});

// B1
it("pauses bulk work for as long as a 429 asks, then continues more slowly", async () => {
  const rate = rateLimiter(speechify);
  rate.observe(429, { "retry-after": "30" }, "GET");
  const { sentAt, all } = bulk(rate, 20);
  const began = performance.now();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(sentAt).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  await all;
  expect((sentAt[0] ?? 0) - began).toBeGreaterThanOrEqual(30_000);
  expect((sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0)).toBeGreaterThan(4000);
});

// A2
it.each(["31536000", "999999999999", "Thu, 31 Dec 2099 23:59:59 GMT"])(
  "holds bulk work for five minutes at most when a 429 says %s",
  async (said) => {
    const rate = rateLimiter(speechify);
    rate.observe(429, { "retry-after": said }, "GET");
    const { sentAt, all } = bulk(rate, 1);
    await vi.advanceTimersByTimeAsync(310_000);
    await all;
    expect(sentAt).toHaveLength(2);
  },
);

// B1
it("pauses bulk work longer with each 429 in a row that names no time", async () => {
  const rate = rateLimiter(speechify);
  const holds: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    rate.observe(429, {}, "GET");
    const asked = rate.inTurn(async () => undefined, { longestMs: 0 });
    const problem = await asked.catch((error: unknown) => error);
    const ms = isProblem(problem) ? (problem.details.retryAfterMs ?? 0) : 0;
    holds.push(ms);
    await vi.advanceTimersByTimeAsync(ms);
  }
  expect(holds.toSorted((a, b) => a - b)).toEqual(holds);
  expect(holds[3]).toBeGreaterThan(2 * (holds[0] ?? 0));
});

// B1
it("continues bulk work after the wait of a 429, however large an announced limit is", async () => {
  const rate = rateLimiter(unpublishedRate);
  const announced = {
    "x-ratelimit-limit": "100000",
    "x-ratelimit-remaining": "99999",
    "x-ratelimit-reset": "1",
  };
  rate.observe(200, announced, "GET");
  await vi.advanceTimersByTimeAsync(2000);
  rate.observe(429, { "retry-after": "2" }, "GET");
  const step = vi.fn<() => Promise<void>>(async () => undefined);
  const going = rate.inTurn(step, { longestMs: 60_000 });
  await vi.advanceTimersByTimeAsync(1900);
  expect(step).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(step).toHaveBeenCalledOnce();
  await going;
});

it("refuses bulk work that would have to wait too long, and runs none of it", async () => {
  const rate = rateLimiter(speechify, "Acme");
  rate.observe(429, { "retry-after": "120" }, "GET");
  let ran = false;
  const step = rate.inTurn(async () => void (ran = true), { longestMs: 60_000 });
  await expect(step).rejects.toMatchObject({ code: "rate_limited", details: { retryAfterMs: 120_000 } });
  expect(ran).toBe(false);
});

it("continues with the other steps of bulk work when one fails or is aborted", async () => {
  const rate = rateLimiter({ requests: 2, intervalMs: 1000, atOnce: 2 });
  const left = new AbortController();
  const failing = rate.inTurn(async () => Promise.reject(new Error("no")), { longestMs: 60_000 });
  const unwanted = rate.inTurn(async () => undefined, { longestMs: 60_000, signal: left.signal });
  left.abort();
  const wanted = rate.inTurn(async () => "done", { longestMs: 60_000 });
  await expect(failing).rejects.toThrow("no");
  await expect(unwanted).rejects.toThrow(/abort/iu);
  await expect(wanted).resolves.toBe("done");
});

// B1
it("limits bulk work only once the vendor has refused or announced something", async () => {
  const rate = rateLimiter({ requests: 20, intervalMs: 10_000, atOnce: 2, guessed: true });
  const quick = bulk(rate, 40);
  await vi.advanceTimersByTimeAsync(0);
  await quick.all;
  expect(quick.sentAt).toHaveLength(80);
  rate.observe(429, { "retry-after": "1" }, "GET");
  const slow = bulk(rate, 10);
  await vi.advanceTimersByTimeAsync(5000);
  expect(slow.sentAt.length).toBeLessThan(10);
  await vi.advanceTimersByTimeAsync(60_000);
  await slow.all;
});
