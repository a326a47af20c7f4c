import { once } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accountRate, type Rate, type Urgency } from "../../src/vendors/rate.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const busy = { requests: 4, intervalMs: 10_000, atOnce: 2 };

/** Runs tasks that end at once and says which have run. */
function runner(rate: Rate) {
  const ran: string[] = [];
  const run = async (urgency: Urgency, name: string = urgency): Promise<void> => {
    await rate.run(urgency, async () => {
      ran.push(name);
    });
  };
  return { ran, run };
}

it("lets a burst of lists through and makes the rest wait for the interval", async () => {
  const { ran, run } = runner(accountRate({ requests: 4, intervalMs: 10_000, atOnce: 5 }));
  const all = Promise.all(["1", "2", "3", "4"].map(async (name) => run("list", name)));
  await vi.advanceTimersByTimeAsync(9000);
  expect(ran).toEqual(["1", "2", "3"]);
  await vi.advanceTimersByTimeAsync(1500);
  await all;
  expect(ran).toEqual(["1", "2", "3", "4"]);
});

it("never makes a person's read or update wait", async () => {
  const { ran, run } = runner(accountRate({ requests: 4, intervalMs: 10_000, atOnce: 2 }));
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
  const rate = accountRate({ requests: 100, intervalMs: 10_000, atOnce: 3 });
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

it("drops a list whose caller leaves while it waits", async () => {
  const rate = accountRate({ requests: 1, intervalMs: 10_000, atOnce: 1 });
  const { ran, run } = runner(rate);
  await run("list", "first");
  const caller = new AbortController();
  const waiting = rate.run("list", async () => ran.push("left"), caller.signal);
  caller.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ran).toEqual(["first"]);
});

it("holds no list up because of what else people do", async () => {
  const { ran, run } = runner(accountRate(busy));
  for (let turn = 0; turn < 9; turn += 1) await run(turn % 2 ? "update" : "read");
  await run("list");
  expect(ran.at(-1)).toBe("list");
});

it("lets what people wait for use up what background work may", async () => {
  const { ran, run } = runner(accountRate(busy));
  for (let turn = 0; turn < 3; turn += 1) await run("read");
  const waiting = run("background");
  await vi.advanceTimersByTimeAsync(9000);
  expect(ran).toEqual(["read", "read", "read"]);
  await vi.advanceTimersByTimeAsync(1500);
  await waiting;
  expect(ran.at(-1)).toBe("background");
});

it("holds no list up because background work waits", async () => {
  const { ran, run } = runner(accountRate(busy));
  const background = Promise.all([1, 2, 3, 4].map(async () => run("background")));
  await vi.advanceTimersByTimeAsync(100);
  await run("list");
  expect(ran).toEqual(["background", "background", "list"]);
  await vi.advanceTimersByTimeAsync(20_000);
  await background;
  expect(ran).toHaveLength(5);
});

it("takes a list that somebody reads before background work that has waited longer", async () => {
  const { ran, run } = runner(accountRate(busy));
  const all = [1, 2, 3, 4, 5].map(async (turn) => run("background", `background ${turn}`));
  all.push(run("list"));
  await vi.advanceTimersByTimeAsync(30_000);
  await Promise.all(all);
  expect(ran.indexOf("list")).toBe(1);
});

it("keeps lists and background work back for as long as the vendor has asked, and says so", async () => {
  const rate = accountRate(busy, "Acme");
  const { ran, run } = runner(rate);
  rate.heard(429, { "retry-after": "30" }, Date.now());
  for (const urgency of ["list", "background"] as const) {
    await expect(run(urgency)).rejects.toMatchObject({
      code: "rate_limited",
      message: "Acme was asked too often and wants us to wait.",
      details: { retryAfterMs: 30_000 },
    });
  }
  await run("update");
  await run("read");
  await vi.advanceTimersByTimeAsync(30_000);
  await run("list");
  expect(ran).toEqual(["update", "read", "list"]);
});

it("asks again after five minutes, whatever the vendor has said", async () => {
  const rate = accountRate(busy);
  const { ran, run } = runner(rate);
  rate.heard(429, { "retry-after": "999999" }, Date.now());
  await vi.advanceTimersByTimeAsync(300_000);
  await run("background");
  expect(ran).toEqual(["background"]);
});

it("goes as fast as the vendor announces, in place of our guess, and leaves a part for people", async () => {
  const rate = accountRate(busy);
  const { ran, run } = runner(rate);
  const said = { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "30", "x-ratelimit-reset": "8" };
  rate.heard(200, said, Date.now());
  const all = Array.from({ length: 8 }, async () => run("list"));
  await vi.advanceTimersByTimeAsync(7000);
  expect(ran).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(1000);
  await Promise.all(all);
});
