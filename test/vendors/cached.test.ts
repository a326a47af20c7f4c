import { expect, it } from "vitest";
import type { PhoneNumber } from "../../src/domain/phone-number.ts";
import { Problem } from "../../src/domain/problem.ts";
import type { VendorAccount } from "../../src/domain/vendor.ts";
import { cachedAccount } from "../../src/vendors/cached.ts";
import { problemOf } from "./opened.ts";

const minute = 60_000;

/** An account whose list is answered by hand, behind a cache with a clock that is moved by hand. */
function setUp() {
  const waiting: { resolve: (numbers: readonly PhoneNumber[]) => void; reject: (error: Error) => void }[] =
    [];
  const failures: unknown[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  let time = 0;
  const account: VendorAccount = {
    listNumbers: async (signal) => {
      signals.push(signal);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
      });
    },
    getNumber: async (id) => number(id),
    listAgents: async () => [],
    getAgent: async (id) => ({ id, name: id }),
    check: async () => {},
    plan: () => ({ agent_id: null }),
    patch: async (id) => ({ status: 200, number: number(id) }),
  };
  const cached = cachedAccount(account, {
    now: () => time,
    onRefreshFailed: (error) => failures.push(error),
  });
  return {
    cached,
    failures,
    signals,
    asked: () => waiting.length,
    pass: (ms: number) => {
      time += ms;
    },
    answer: async (at: number, ...ids: string[]) => {
      waiting[at]?.resolve(ids.map(number));
      await settled();
    },
    fail: async (at: number, error: Error) => {
      waiting[at]?.reject(error);
      await settled();
    },
    list: async (signal?: AbortSignal) => (await cached.listNumbers(signal)).map(({ id }) => id),
  };
}

const number = (id: string): PhoneNumber => ({ id, e164: "+1", name: null, agent: null, fields: {} });
const settled = async (): Promise<void> => {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
};

it("asks the vendor once for all who ask at the same time, and for a minute after", async () => {
  const { list, answer, asked, pass } = setUp();
  const both = Promise.all([list(), list()]);
  await answer(0, "a");
  expect(await both).toEqual([["a"], ["a"]]);
  pass(minute - 1);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(1);
});

it("serves an older list at once while one reading runs behind it", async () => {
  const { list, answer, asked, pass } = setUp();
  const first = list();
  await answer(0, "a");
  await first;
  pass(minute);
  expect(await list()).toEqual(["a"]);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(2);
  await answer(1, "b");
  expect(await list()).toEqual(["b"]);
});

it("serves nothing that is older than ten minutes", async () => {
  const { list, answer, pass } = setUp();
  const first = list();
  await answer(0, "a");
  await first;
  pass(10 * minute);
  const second = list();
  await answer(1, "b");
  expect(await second).toEqual(["b"]);
});

it("tells of a failed reading behind an older list, and tries again a minute later, not at once", async () => {
  const { list, answer, fail, failures, asked, pass } = setUp();
  const first = list();
  await answer(0, "a");
  await first;
  pass(minute);
  await list();
  const problem = new Problem("vendor_unavailable", "Acme did not answer in time.");
  await fail(1, problem);
  expect(failures).toEqual([problem]);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(2);
  pass(minute);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(3);
});

it("gives a failed reading to those who wait for it and keeps nothing of it", async () => {
  const { list, answer, fail, failures } = setUp();
  const first = problemOf(list());
  await fail(0, new Problem("rate_limited", "Acme wants us to wait."));
  expect((await first).code).toBe("rate_limited");
  expect(failures).toEqual([]);
  const second = list();
  await answer(1, "a");
  expect(await second).toEqual(["a"]);
});

it("forgets its lists at a patch, and keeps nothing of a reading that began before it", async () => {
  const { cached, list, answer, asked } = setUp();
  const early = list();
  await cached.patch("a", { agent_id: null });
  await answer(0, "before");
  expect(await early).toEqual(["before"]);
  const late = list();
  expect(asked()).toBe(2);
  await answer(1, "after");
  expect(await late).toEqual(["after"]);
  expect(await list()).toEqual(["after"]);
});

it("lets a caller leave without ending the reading for the others", async () => {
  const { list, answer, signals, failures } = setUp();
  const caller = new AbortController();
  const leaving = problemOf(list(caller.signal));
  const staying = list();
  caller.abort();
  expect((await leaving).code).toBe("vendor_unavailable");
  await answer(0, "a");
  expect(await staying).toEqual(["a"]);
  expect(signals).toEqual([undefined]);
  expect(failures).toEqual([]);
});

it("tells of a reading that fails after its caller has left", async () => {
  const { list, fail, failures } = setUp();
  await problemOf(list(AbortSignal.abort()));
  await fail(0, new Problem("vendor_unavailable", "Acme did not answer in time."));
  expect(failures).toHaveLength(1);
});

it("reads single things live", async () => {
  const { cached, asked } = setUp();
  expect((await cached.getNumber("a")).id).toBe("a");
  expect((await cached.getAgent("b")).id).toBe("b");
  expect(cached.plan(number("a"), { kind: "detach" })).toEqual({ agent_id: null });
  expect(asked()).toBe(0);
});
