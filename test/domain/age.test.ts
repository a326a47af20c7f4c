import { expect, it } from "vitest";
import { agesOf, removableSince, storedAgeMs } from "../../src/domain/age.ts";
import { hour } from "../support/fixtures.ts";

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
it("does not know the age of what says that it is from the future", () => {
  const { now } = setUp();
  expect(storedAgeMs(new Date(now().getTime() - 5), now())).toBe(5);
  expect(storedAgeMs(new Date(now().getTime() + 1), now())).toBeUndefined();
  expect(storedAgeMs(new Date(Number.NaN), now())).toBeUndefined();
});

// C1
it("counts an age on from when a thing was first met, whatever is done to the clock", () => {
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
it("removes nothing before its time because the clock was set ahead", () => {
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
it("removes nothing just after a start, when nobody knows yet whether the clock is right", () => {
  const { clocks, pass } = setUp();
  const removable = removableSince(clocks);
  expect(removable(day)).toBeUndefined();
  pass(10 * 60_000);
  expect(removable(day)).toBeDefined();
});
