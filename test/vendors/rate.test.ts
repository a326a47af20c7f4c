import { once } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accountRate, type Rate, type Urgency } from "../../src/vendors/rate.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

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

it("lets a burst through and makes the rest wait for the interval", async () => {
  const { ran, run } = runner(accountRate({ requests: 3, intervalMs: 10_000, atOnce: 5 }));
  const all = Promise.all(["1", "2", "3", "4"].map(async (name) => run("read", name)));
  await vi.advanceTimersByTimeAsync(9000);
  expect(ran).toEqual(["1", "2", "3"]);
  await vi.advanceTimersByTimeAsync(1500);
  await all;
  expect(ran).toEqual(["1", "2", "3", "4"]);
});

it("lets updates go first, then single reads, then lists", async () => {
  const rate = accountRate({ requests: 10, intervalMs: 10_000, atOnce: 1 });
  const { ran, run } = runner(rate);
  const gate = new AbortController();
  const waiting = [
    rate.run("read", async () => once(gate.signal, "abort")),
    run("list"),
    run("read"),
    run("update"),
  ];
  await vi.advanceTimersByTimeAsync(0);
  gate.abort();
  await Promise.all(waiting);
  expect(ran).toEqual(["update", "read", "list"]);
});

it("keeps a part of the rate and a connection from lists, so that an update need not wait for them", async () => {
  const rate = accountRate({ requests: 8, intervalMs: 10_000, atOnce: 2 });
  const { ran, run } = runner(rate);
  const lists = Promise.all(Array.from({ length: 8 }, async () => run("list")));
  await vi.advanceTimersByTimeAsync(100);
  await run("update");
  expect(ran).toEqual(["list", "list", "list", "list", "list", "list", "update"]);
  await vi.advanceTimersByTimeAsync(10_000);
  await lists;
});

it("drops a task whose caller leaves while it waits", async () => {
  const rate = accountRate({ requests: 1, intervalMs: 10_000, atOnce: 1 });
  const { ran, run } = runner(rate);
  await run("read");
  const caller = new AbortController();
  const waiting = rate.run("read", async () => ran.push("left"), caller.signal);
  caller.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ran).toEqual(["read"]);
});
