import { expect, it } from "vitest";
import { clockSkewMonitor, elapsedClock } from "../src/clock-skew.ts";

const noon = Date.UTC(2026, 7, 1, 12);

/** A watch over a clock that runs so many milliseconds ahead of everybody else's. */
function setUp() {
  let aheadMs = 0;
  let elapsedMs = 0;
  const theirs = () => noon + elapsedMs;
  const watch = clockSkewMonitor(
    () => new Date(theirs() + aheadMs),
    () => elapsedMs,
  );
  return {
    watch,
    run: (ahead: number) => {
      aheadMs = ahead;
    },
    pass: (ms: number) => {
      elapsedMs += ms;
    },
    hear: (source: string, tookMs = 100, wrongBy = 0) =>
      watch.observe(source, new Date(theirs() + wrongBy).toUTCString(), tookMs),
  };
}

it("trusts the clock until a server disagrees", () => {
  const { watch } = setUp();
  expect([watch.isSkewed(), watch.offsetMs()]).toEqual([false, undefined]);
});

it.each([90_000, -90_000])("detects a clock that is %i ms ahead", (ahead) => {
  const { watch, run, hear } = setUp();
  run(ahead);
  hear("slack");
  expect(watch.isSkewed()).toBe(true);
  expect(Math.abs((watch.offsetMs() ?? 0) - ahead)).toBeLessThan(2000);
});

it("does not flap at the limit", () => {
  const { watch, run, hear } = setUp();
  const offAt = (ahead: number): boolean => {
    run(ahead);
    hear("slack");
    return watch.isSkewed();
  };
  expect([55_000, 65_000, 55_000, 35_000, 25_000, 55_000].map(offAt)).toEqual([
    false,
    true,
    true,
    true,
    false,
    false,
  ]);
});

it("trusts its own clock while one server agrees", () => {
  const { watch, hear } = setUp();
  hear("cartesia", 100, 600_000);
  expect(watch.isSkewed()).toBe(true);
  hear("slack");
  expect(watch.isSkewed()).toBe(false);
});

it("ignores an agreement that is older than other servers' responses", () => {
  const { watch, run, hear, pass } = setUp();
  hear("cartesia");
  pass(16 * 60_000);
  run(90_000);
  hear("slack");
  expect(watch.isSkewed()).toBe(true);
});

it("does not mistake a slow response for a clock that is ahead", () => {
  const { watch, run, hear } = setUp();
  run(65_000);
  hear("slack", 65_000);
  expect([watch.isSkewed(), watch.offsetMs()]).toEqual([false, 0]);
});

it.each([undefined, "", "soon"])("ignores the date %j", (date) => {
  const { watch } = setUp();
  watch.observe("slack", date, 0);
  expect(watch.offsetMs()).toBeUndefined();
});

// C1
it("includes time asleep", () => {
  let awake = 500;
  let up = 90_007;
  const elapsed = elapsedClock(
    () => awake,
    () => up,
  );
  const pass = (awakeMs: number, asleepMs = 0): number => {
    awake += awakeMs;
    up += awakeMs + asleepMs;
    return elapsed();
  };
  const start = elapsed();
  expect(pass(60_000) - start).toBe(60_000);
  // What is no more than the two being read one after the other is not taken for sleep.
  expect(pass(0, 900) - start).toBe(60_000);
  expect(pass(1000, 3_600_000) - start).toBeGreaterThanOrEqual(3_660_000);
  expect(pass(0) - start).toBeLessThan(3_663_000);
});

// C1
it("works without the system's uptime", () => {
  let awake = 0;
  const elapsed = elapsedClock(
    () => awake,
    () => Number.NaN,
  );
  awake = 10_000;
  expect(elapsed()).toBe(10_000);
});

// O8
it("distrusts a clock that was set by minutes until a server agrees", () => {
  const { watch, run, hear, pass } = setUp();
  hear("cartesia");
  run(700_000);
  expect(watch.isSkewed()).toBe(true);
  // What Cartesia said of it before does not count for it now.
  hear("slack");
  expect(watch.isSkewed()).toBe(true);
  run(0);
  pass(1000);
  hear("slack");
  expect(watch.isSkewed()).toBe(false);
});

// O8
it("trusts a clock again once servers agree with the time it was set to", () => {
  const { watch, run, hear } = setUp();
  run(-90_000);
  expect(watch.isSkewed()).toBe(true);
  run(0);
  hear("slack");
  expect(watch.isSkewed()).toBe(false);
});
