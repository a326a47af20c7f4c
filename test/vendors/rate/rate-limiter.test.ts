import { once } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rateLimiter } from "../../../src/vendors/rate-limiter.ts";
import { type RateLimiter, type Urgency } from "../../../src/vendors/rate-limit.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const busy = { requests: 4, intervalMs: 10_000, atOnce: 2 };

/** Runs tasks that end immediately and lists those that have run. */
function runner(rate: RateLimiter) {
  const ran: string[] = [];
  const run = async (urgency: Urgency, name: string = urgency): Promise<void> => {
    await rate.run(urgency, async () => {
      ran.push(name);
    });
  };
  return { ran, run };
}

it("allows a burst of lists and delays the rest until there is room", async () => {
  const { ran, run } = runner(rateLimiter({ requests: 4, intervalMs: 10_000, atOnce: 5 }));
  const all = Promise.all(["1", "2", "3", "4"].map(async (name) => run("list", name)));
  await vi.advanceTimersByTimeAsync(2400);
  expect(ran).toEqual(["1", "2", "3"]);
  await vi.advanceTimersByTimeAsync(200);
  await all;
  expect(ran).toEqual(["1", "2", "3", "4"]);
});

it("never makes a person's read or update wait", async () => {
  const { ran, run } = runner(rateLimiter({ requests: 4, intervalMs: 10_000, atOnce: 2 }));
  const lists = Promise.all(["1", "2", "3", "4"].map(async (name) => run("list", name)));
  await vi.advanceTimersByTimeAsync(100);
  for (let turn = 0; turn < 5; turn += 1) {
    await run("read");
    await run("update");
  }
  expect(ran.slice(3)).toEqual(Array.from({ length: 5 }, () => ["read", "update"]).flat());
  await vi.advanceTimersByTimeAsync(10_000);
  await lists;
  expect(ran.at(-1)).toBe("4");
});

it("lets a list hold fewer connections than the account allows", async () => {
  const rate = rateLimiter({ requests: 100, intervalMs: 10_000, atOnce: 3 });
  let open = 0;
  let most = 0;
  const gate = new AbortController();
  const lists = Array.from({ length: 6 }, async () =>
    rate.run("list", async () => {
      most = Math.max(most, (open += 1));
      if (!gate.signal.aborted) await once(gate.signal, "abort");
      open -= 1;
    }),
  );
  await vi.advanceTimersByTimeAsync(0);
  gate.abort();
  await vi.advanceTimersByTimeAsync(0);
  await Promise.all(lists);
  expect(most).toBe(2);
});

it("drops a list whose caller aborts while it waits", async () => {
  const rate = rateLimiter({ requests: 1, intervalMs: 10_000, atOnce: 1 });
  const { ran, run } = runner(rate);
  await run("list", "first");
  const caller = new AbortController();
  const waiting = rate.run("list", async () => ran.push("left"), caller.signal);
  caller.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ran).toEqual(["first"]);
});

it("delays a list no longer than its own room takes, whatever else people do", async () => {
  const { ran, run } = runner(rateLimiter(busy));
  for (let turn = 0; turn < 9; turn += 1) await run(turn % 2 ? "update" : "read");
  const list = run("list");
  await vi.advanceTimersByTimeAsync(5000);
  await list;
  expect(ran.at(-1)).toBe("list");
});

it("lets people's requests use the share of background work", async () => {
  const { ran, run } = runner(rateLimiter(busy));
  for (let turn = 0; turn < 3; turn += 1) await run("read");
  const waiting = run("background");
  await vi.advanceTimersByTimeAsync(4900);
  expect(ran).toEqual(["read", "read", "read"]);
  await vi.advanceTimersByTimeAsync(200);
  await waiting;
  expect(ran.at(-1)).toBe("background");
});

it("delays no list because background work waits", async () => {
  const { ran, run } = runner(rateLimiter(busy));
  const background = Promise.all([1, 2, 3, 4].map(async () => run("background")));
  await vi.advanceTimersByTimeAsync(100);
  await run("list");
  expect(ran).toEqual(["background", "background", "list"]);
  await vi.advanceTimersByTimeAsync(20_000);
  await background;
  expect(ran).toHaveLength(5);
});

it("runs a person's list before background work that has waited longer", async () => {
  const { ran, run } = runner(rateLimiter(busy));
  const all = [1, 2, 3, 4, 5].map(async (turn) => run("background", `background ${turn}`));
  all.push(run("list"));
  await vi.advanceTimersByTimeAsync(30_000);
  await Promise.all(all);
  expect(ran.indexOf("list")).toBe(1);
});

it("pauses lists and background work for as long as the vendor has asked, and says so", async () => {
  const rate = rateLimiter(busy, "Acme");
  const { ran, run } = runner(rate);
  rate.observe(429, { "retry-after": "30" }, "GET");
  for (const urgency of ["list", "background"] as const) {
    await expect(run(urgency)).rejects.toMatchObject({
      code: "rate_limited",
      message: "Acme is rate-limiting us.",
      details: { retryAfterMs: 30_000 },
    });
  }
  await run("update");
  await run("read");
  await vi.advanceTimersByTimeAsync(30_000);
  await run("list");
  expect(ran).toEqual(["update", "read", "list"]);
});

it("tries again after five minutes, whatever the vendor has said", async () => {
  const rate = rateLimiter(busy);
  const { ran, run } = runner(rate);
  rate.observe(429, { "retry-after": "999999" }, "GET");
  await vi.advanceTimersByTimeAsync(300_000);
  await run("background");
  expect(ran).toEqual(["background"]);
});

it("follows the vendor's announced limit instead of our assumption, and reserves a part for people", async () => {
  const rate = rateLimiter(busy);
  const { ran, run } = runner(rate);
  const said = { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "18", "x-ratelimit-reset": "8" };
  rate.observe(200, said, "GET");
  const all = Array.from({ length: 8 }, async () => run("list"));
  await vi.advanceTimersByTimeAsync(7000);
  expect(ran).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(1000);
  await Promise.all(all);
});
