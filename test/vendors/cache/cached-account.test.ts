import { expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { minute } from "../../support/fixtures.ts";
import { problemOf } from "../opened.ts";
import { cachedList, number, settled } from "./cached-list.ts";

it("reads a list once for concurrent callers, and for those of the next minute", async () => {
  const { list, answer, asked, pass } = cachedList();
  const both = Promise.all([list(), list()]);
  await answer(0, "a");
  expect(await both).toEqual([["a"], ["a"]]);
  pass(minute - 1);
  expect(await list()).toEqual(["a"]);
  expect(asked()).toBe(1);
});

it("serves an older list at once while it is refreshed in the background", async () => {
  const { list, answer, asked, pass } = cachedList();
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
  const { list, answer, pass } = cachedList();
  const first = list();
  await answer(0, "a");
  await first;
  pass(10 * minute);
  const second = list();
  await answer(1, "b");
  expect(await second).toEqual(["b"]);
});

it("reports a failed background refresh, and retries a minute later", async () => {
  const { list, answer, fail, failures, asked, pass } = cachedList();
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
  const { list, answer, fail, failures } = cachedList();
  const first = problemOf(list());
  await fail(0, new Problem("rate_limited", "Acme wants us to wait."));
  expect((await first).code).toBe("rate_limited");
  expect(failures).toEqual([]);
  const second = list();
  await answer(1, "a");
  expect(await second).toEqual(["a"]);
});

it("shows the response to a patch, even after a read that began before it", async () => {
  const { cached, shown, list, answer, asked } = cachedList();
  const early = list();
  await answer(0, "a", "b");
  await early;
  await cached.patch("b", { agent_id: null });
  expect(await shown("b")).toBe("patched");
  // Refreshed in the background for callers that accept the cached list.
  expect(asked()).toBe(2);
});

it("keeps a patch made during a read that may show the state before", async () => {
  const { cached, shown, list, answer } = cachedList();
  const early = list();
  await settled();
  await cached.patch("b", { agent_id: null });
  await answer(0, "a", "b");
  await early;
  expect(await shown("b")).toBe("patched");
  expect(await shown("a")).toBe(null);
});

it("reads the list again for a caller who needs a fresh one after a patch, even with an unknown outcome", async () => {
  const { cached, list, answer, asked, patchFails } = cachedList();
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
  const { cached, shown, list, answer } = cachedList();
  const early = list();
  await answer(0, "live");
  await early;
  await cached.getNumber("live");
  expect(await shown("live")).toBe("read");
});

it("updates a number that something answers in place of an agent", async () => {
  const { cached, answer } = cachedList(undefined, { agent: undefined, answeredBy: "a relay" });
  const listed = cached.listNumbers();
  await answer(0, "a", "b");
  await listed;
  await cached.getNumber("a");
  expect(await cached.listNumbers()).toMatchObject([
    { agent: undefined, answeredBy: "a relay" },
    { id: "b" },
  ]);
});

it("does not wait longer than the limit for a slow list", async () => {
  const { list, answer, pass, asked } = cachedList();
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

// C1
it.each([
  ["an hour ahead and then put right", 60 * minute, 0],
  ["right and then set a day back", 0, -24 * 60 * minute],
])("reads a list anew after a minute when the clock was %s", async (_how, before, after) => {
  const { cached, list, answer, asked, pass, setClock } = cachedList();
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
it("treats a list that another clock invalidated as invalid", async () => {
  const { cached, list, answer, setClock, asked } = cachedList();
  const first = list();
  await answer(0, "a");
  await first;
  setClock(-60 * minute);
  await cached.patch("a", { agent_id: null });
  await list();
  expect(asked()).toBe(2);
});

it("keeps the same objects for unchanged numbers", async () => {
  const { cached, list, answer, pass } = cachedList();
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
  const { list, answer, signals, failures } = cachedList();
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
  const { list, fail, failures } = cachedList();
  await problemOf(list(AbortSignal.abort()));
  await fail(0, new Problem("vendor_unavailable", "Acme did not answer in time."));
  expect(failures).toHaveLength(1);
});

it("reads single numbers and agents live", async () => {
  const { cached, asked } = cachedList();
  expect((await cached.getNumber("a")).id).toBe("a");
  expect((await cached.getAgent("b")).id).toBe("b");
  expect(cached.buildPatch(number("a"), { kind: "detach" })).toEqual({ agent_id: null });
  expect(asked()).toBe(0);
});

it("keeps the same object for an unchanged number, whatever the order of the list", async () => {
  const { cached, answer, pass } = cachedList();
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
