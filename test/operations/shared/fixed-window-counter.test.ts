import { expect, it } from "vitest";
import { windowCounter } from "../../../src/operations/shared/fixed-window-counter.ts";

it("says how long to wait after too many requests in a window, per key, and starts again after it", () => {
  let at = 0;
  const counter = windowCounter(2, 60_000, () => at);
  expect([counter.add("a"), counter.add("a"), counter.add("b")]).toEqual([undefined, undefined, undefined]);
  at = 20_000;
  expect(counter.add("a")).toBe(40_000);
  expect(counter.add("b")).toBeUndefined();
  at = 60_000;
  expect([counter.add("a"), counter.add("b")]).toEqual([undefined, undefined]);
});
