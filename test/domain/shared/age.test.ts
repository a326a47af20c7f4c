import { expect, it } from "vitest";
import { agesOf, removableSince, storedAgeMs } from "../../../src/domain/shared/age.ts";
import { hour } from "../../support/fixtures.ts";

const day = 24 * hour;

/** Two clocks: one that passes, and one that somebody sets. */
function setUp() {
  let elapsed = 0;
  let wrongBy = 0;
  const now = () => new Date(Date.UTC(2026, 7, 1, 12) + elapsed + wrongBy);
  return {
    clocks: { now, monotonicMs: () => elapsed },
    now,
    pass: (ms: number) => {
      elapsed += ms;
    },
    set: (ms: number) => {
      wrongBy = ms;
    },
  };
}

// C1
it("has no age for something from the future", () => {
  const { now } = setUp();
  expect(storedAgeMs(new Date(now().getTime() - 5), now())).toBe(5);
  expect(storedAgeMs(new Date(now().getTime() + 1), now())).toBeUndefined();
  expect(storedAgeMs(new Date(Number.NaN), now())).toBeUndefined();
});

// C1
it("counts an age from the first time a key was seen, whatever happens to the clock", () => {
  const { clocks, now, pass, set } = setUp();
  const ages = agesOf(clocks);
  const stored = new Date(now().getTime() - hour);
  expect(ages.of("a", stored)).toBe(hour);
  set(-day);
  pass(1000);
  expect(ages.of("a", stored)).toBe(hour + 1000);
  expect(ages.of("b", stored)).toBe(0);
  set(day);
  pass(1000);
  expect([ages.of("a", stored), ages.of("b", stored)]).toEqual([hour + 2000, 1000]);
  ages.keep(new Set(["b"]));
  set(0);
  expect(ages.of("a", stored)).toBe(hour + 2000);
});

// C1
it("removes nothing too early when the clock was set ahead", () => {
  const { clocks, now, pass, set } = setUp();
  const removable = removableSince(clocks);
  const madeAt = now().getTime();
  pass(hour);
  set(2 * day);
  expect(removable(day)?.getTime()).toBeLessThan(madeAt);
  set(0);
  pass(day);
  expect(removable(day)?.getTime()).toBeGreaterThan(madeAt);
});

// C1
it("removes nothing right after a start, when the clock is not verified yet", () => {
  const { clocks, pass } = setUp();
  const removable = removableSince(clocks);
  expect(removable(day)).toBeUndefined();
  pass(10 * 60_000);
  expect(removable(day)).toBeDefined();
});
