import { describe, expect, it } from "vitest";
import type { InventoryCache, ReadList } from "../../src/domain/vendor/inventory-cache.ts";
import type { PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import { Problem } from "../../src/domain/problem/problem.ts";
import type { VendorAccount } from "../../src/domain/vendor/vendor.ts";
import { cachedAccount } from "../../src/vendors/cache/cached-account.ts";
import { minute } from "../support/fixtures.ts";
import { problemOf } from "./opened.ts";

/** An account whose list the test answers, behind a cache whose clock the test moves. */
function setUp(copies?: InventoryCache) {
  let patchFailure: Error | undefined;
  const waiting: { resolve: (numbers: readonly PhoneNumber[]) => void; reject: (error: Error) => void }[] =
    [];
  const failures: unknown[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  let time = 0;
  let wrongBy = 0;
  const account: VendorAccount = {
    listNumbers: async (signal, _maxAgeMs, made = (one) => one) => {
      signals.push(signal);
      const numbers = await new Promise<readonly PhoneNumber[]>((resolve, reject) => {
        waiting.push({ resolve, reject });
      });
      return numbers.map(made);
    },
    getNumber: async (id) => ({ ...number(id), name: "read" }),
    listAgents: async () => [],
    getAgent: async (id) => ({ id, name: id }),
    check: async () => {},
    inTurn: async (step) => step(),
    buildPatch: () => ({ agent_id: null }),
    patch: async (id) => {
      if (patchFailure) throw patchFailure;
      return { status: 200, number: { ...number(id), name: "patched" } };
    },
  };
  const cached = cachedAccount(account, {
    now: () => time + wrongBy,
    monotonicMs: () => time,
    copies,
    onRefreshFailed: (error) => failures.push(error),
  });
  return {
    cached,
    failures,
    signals,
    asked: () => waiting.length,
    setClock: (ms: number) => {
      wrongBy = ms;
    },
    pass: (ms: number) => {
      time += ms;
    },
    answer: async (at: number, ...ids: string[]) => {
      await settled();
      waiting[at]?.resolve(ids.map(number));
      await settled();
    },
    fail: async (at: number, error: Error) => {
      await settled();
      waiting[at]?.reject(error);
      await settled();
    },
    list: async (signal?: AbortSignal, maxAgeMs?: number) =>
      (await cached.listNumbers(signal, maxAgeMs)).map(({ id }) => id),
    shown: async (wanted: string) => (await cached.listNumbers()).find(({ id }) => id === wanted)?.name,
    patchFails: (error: Error) => {
      patchFailure = error;
    },
  };
}

const number = (id: string): PhoneNumber => ({ id, e164: "+1", name: null, agent: null, fields: {} });
function copiesOf(was: ReadList<PhoneNumber>, kept: string[][]): InventoryCache {
  return {
    numbers: {
      read: async () => ({ ...was, version: 1 + kept.length }),
      version: async () => 1 + kept.length,
      keep: async ({ items }) => 1 + kept.push(items.map(({ id }) => id)),
      revise: async ({ id }) => 1 + kept.push([`revised ${id}`]),
    },
    agents: {
      read: async () => undefined,
      version: async () => 0,
      keep: async () => undefined,
      revise: async () => undefined,
    },
  };
}

const settled = async (): Promise<void> => {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
};

it("reads a list once for concurrent callers, and for those of the next minute", async () => {
  const { list, answer, asked, pass } = setUp();
  const both = Promise.all([list(), list()]);
  await answer(0, "a");
  expect(await both).toEqual([["a"], ["a"]]);
  pass(minute - 1);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(1);
});

it("serves an older list at once while it is refreshed in the background", async () => {
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

it("serves no list older than ten minutes", async () => {
  const { list, answer, pass } = setUp();
  const first = list();
  await answer(0, "a");
  await first;
  pass(10 * minute);
  const second = list();
  await answer(1, "b");
  expect(await second).toEqual(["b"]);
});

it("reports a failed background refresh, and retries a minute later", async () => {
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

it("passes a failure to those who wait for the list, and caches nothing", async () => {
  const { list, answer, fail, failures } = setUp();
  const first = problemOf(list());
  await fail(0, new Problem("rate_limited", "Acme wants us to wait."));
  expect((await first).code).toBe("rate_limited");
  expect(failures).toEqual([]);
  const second = list();
  await answer(1, "a");
  expect(await second).toEqual(["a"]);
});

it("shows the response to a patch, also after a read that began before it", async () => {
  const { cached, shown, list, answer, asked } = setUp();
  const early = list();
  await answer(0, "a", "b");
  await early;
  await cached.patch("b", { agent_id: null });
  expect(await shown("b")).toBe("patched");
  // Refreshed in the background for callers that accept the cached list.
  expect(asked()).toBe(2);
});

it("keeps a patch made during a read that may show the state before", async () => {
  const { cached, shown, list, answer } = setUp();
  const early = list();
  await settled();
  await cached.patch("b", { agent_id: null });
  await answer(0, "a", "b");
  await early;
  expect(await shown("b")).toBe("patched");
  expect(await shown("a")).toBe(null);
});

it("reads the list again for a caller who needs a fresh one after a patch, even with an unknown outcome", async () => {
  const { cached, list, answer, asked, patchFails } = setUp();
  const early = list();
  await answer(0, "a");
  await early;
  patchFails(new Problem("outcome_unknown", "Acme did not say."));
  await problemOf(cached.patch("a", { agent_id: null }));
  const late = list(undefined, minute);
  await answer(1, "a", "b");
  expect(await late).toEqual(["a", "b"]);
  expect(asked()).toBe(2);
});

it("updates a number in the list that was read live", async () => {
  const { cached, shown, list, answer } = setUp();
  const early = list();
  await answer(0, "live");
  await early;
  await cached.getNumber("live");
  expect(await shown("live")).toBe("read");
});

it("does not wait longer than the limit for a slow list", async () => {
  const { list, answer, pass, asked } = setUp();
  const first = list();
  await settled();
  pass(3_000);
  await answer(0, "a");
  await first;
  pass(60 * minute);
  expect(await list(undefined, minute)).toEqual(["a"]);
  expect(asked()).toBe(2);
  expect(await list(undefined, minute)).toEqual(["a"]);
  expect(asked()).toBe(2);
});

it("starts with the copy from before a restart and stores what it reads", async () => {
  const kept: string[][] = [];
  const copies = copiesOf({ items: [number("old")], at: new Date(0), tookMs: 10 }, kept);
  const { cached, list, answer, pass } = setUp(copies);
  pass(24 * 60 * minute);
  expect(await list(undefined, Number.POSITIVE_INFINITY)).toEqual(["old"]);
  expect((await cached.lastKnown?.())?.at).toEqual(new Date(0));
  await answer(0, "old", "new");
  expect(await list()).toEqual(["old", "new"]);
  expect(kept).toEqual([["old", "new"]]);
  await cached.patch("new", { agent_id: null });
  await settled();
  expect(kept.at(-1)).toEqual(["revised new"]);
});

// C1
it.each([
  ["an hour ahead and then put right", 60 * minute, 0],
  ["right and then set a day back", 0, -24 * 60 * minute],
])("reads a list anew after a minute when the clock was %s", async (_how, before, after) => {
  const { cached, list, answer, asked, pass, setClock } = setUp();
  setClock(before);
  const first = list();
  await answer(0, "a");
  await first;
  setClock(after);
  pass(minute);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(2);
  await answer(1, "b");
  expect(await list()).toEqual(["b"]);
  pass(11 * minute);
  const third = list();
  await answer(2, "c");
  expect(await third).toEqual(["c"]);
  expect((await cached.lastKnown?.())?.ageMs).toBe(0);
});

// C1
it("does not treat a copy from before a restart as fresh if its time is in the future", async () => {
  const kept: string[][] = [];
  const copies = copiesOf({ items: [number("old")], at: new Date(60 * minute), tookMs: 10 }, kept);
  const { cached, list, answer } = setUp(copies);
  expect((await cached.lastKnown?.())?.ageMs).toBe(Number.POSITIVE_INFINITY);
  const asking = list();
  await answer(0, "new");
  expect(await asking).toEqual(["new"]);
});

// C1
it("treats a list that another clock invalidated as invalid", async () => {
  const { cached, list, answer, setClock, asked } = setUp();
  const first = list();
  await answer(0, "a");
  await first;
  setClock(-60 * minute);
  await cached.patch("a", { agent_id: null });
  await list();
  expect(asked()).toBe(2);
});

it("keeps the same objects for unchanged numbers", async () => {
  const { cached, list, answer, pass } = setUp();
  const first = list();
  await answer(0, "a", "b");
  await first;
  const [before] = await cached.listNumbers();
  pass(minute);
  await list();
  await answer(1, "a", "c");
  expect((await cached.listNumbers())[0]).toBe(before);
  expect(await list()).toEqual(["a", "c"]);
});

it("lets one caller abort without ending the read for the others", async () => {
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

it("reports a read that fails after its caller has aborted", async () => {
  const { list, fail, failures } = setUp();
  await problemOf(list(AbortSignal.abort()));
  await fail(0, new Problem("vendor_unavailable", "Acme did not answer in time."));
  expect(failures).toHaveLength(1);
});

it("reads single numbers and agents live", async () => {
  const { cached, asked } = setUp();
  expect((await cached.getNumber("a")).id).toBe("a");
  expect((await cached.getAgent("b")).id).toBe("b");
  expect(cached.buildPatch(number("a"), { kind: "detach" })).toEqual({ agent_id: null });
  expect(asked()).toBe(0);
});

it("keeps the same object for an unchanged number, whatever the order of the list", async () => {
  const { cached, answer, pass } = setUp();
  const first = cached.listNumbers();
  await answer(0, "a", "b", "c");
  const [a, b, c] = await first;
  pass(minute);
  const second = cached.listNumbers(undefined, 0);
  await answer(1, "c", "x", "a", "b");
  const [third, added, one, two] = await second;
  expect([one, two, third].map((now, at) => now === [a, b, c][at])).toEqual([true, true, true]);
  expect(added).toEqual(number("x"));
});

describe("with the lists of another replica", () => {
  /** A stored list that several accounts share. */
  function sharedCopies(): InventoryCache {
    let stored: (ReadList<PhoneNumber> & { readonly version: number }) | undefined;
    const write = (items: readonly PhoneNumber[], more: Partial<ReadList<PhoneNumber>>) => {
      const version = (stored?.version ?? 0) + 1;
      stored = { at: new Date(0), tookMs: 1, ...stored, ...more, items, version };
      return version;
    };
    return {
      numbers: {
        read: async () => stored,
        version: async () => stored?.version ?? 0,
        keep: async ({ items, ...more }) => write(items, more),
        revise: async (item) =>
          stored &&
          write(
            stored.items.map((one) => (one.id === item.id ? item : one)),
            {},
          ),
      },
      agents: copiesOf({ items: [], at: new Date(0), tookMs: 1 }, []).agents,
    };
  }

  it("shows what the other replica read as soon as it is notified, without asking the vendor", async () => {
    const copies = sharedCopies();
    const [one, other] = [setUp(copies), setUp(copies)];
    const first = one.list();
    await one.answer(0, "a");
    await first;
    expect(await other.list()).toEqual(["a"]);
    one.pass(10 * minute);
    other.pass(10 * minute);
    const second = one.list();
    await one.answer(1, "a", "b");
    await second;
    other.cached.listsChanged();
    expect(await other.list()).toEqual(["a", "b"]);
    expect(other.asked()).toBe(0);
  });

  it("keeps both of two changes that were made at the same time", async () => {
    const copies = sharedCopies();
    const [one, other] = [setUp(copies), setUp(copies)];
    const first = one.list();
    await one.answer(0, "a", "b");
    await first;
    await other.list();
    await copies.numbers.revise({ ...number("a"), name: "by a third" });
    await other.cached.getNumber("b");
    await settled();
    expect((await other.cached.listNumbers()).map(({ name }) => name)).toEqual(["by a third", "read"]);
  });
});
