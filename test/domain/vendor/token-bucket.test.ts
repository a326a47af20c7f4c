import fc from "fast-check";
import { expect, test } from "vitest";
import {
  filled,
  keptBy,
  movedBy,
  newBucket,
  spent,
  takenFrom,
  untilMs,
} from "../../../src/domain/vendor/token-bucket.ts";
import { observed } from "../../../src/domain/vendor/observe-limit.ts";

const limit = { requests: 24, intervalMs: 12_000 };
const full = newBucket(limit, 0);

test("leaves room for what is more urgent: people, then lists, bulk work and background work", () => {
  const shares = (["list", "bulk", "background"] as const).map((who) => keptBy(full, who));
  expect(shares).toEqual([3, 4, 12]);
  const left = (tokens: number) => ({ ...full, left: tokens });
  const takes = (tokens: number, who: "list" | "bulk" | "background") =>
    takenFrom(left(tokens), limit, { who, need: 1, most: 100 });
  expect([takes(24, "list"), takes(24, "bulk"), takes(24, "background")]).toEqual([21, 20, 12]);
  expect([takes(4, "list"), takes(4, "bulk"), takes(4, "background")]).toEqual([1, 0, 0]);
  expect(takes(3, "list")).toBe(0);
});

test("takes at least what is needed, or nothing", () => {
  const step = { who: "bulk", need: 2, most: 2 } as const;
  expect(takenFrom({ ...full, left: 6 }, limit, step)).toBe(2);
  expect(takenFrom({ ...full, left: 5 }, limit, step)).toBe(0);
});

test("is the same by another clock", () => {
  const time = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(
      time,
      time,
      fc.integer({ min: 0, max: 30 }),
      fc.boolean(),
      (at, more, requests, isRefused) => {
        const seen = {
          status: isRefused ? 429 : 200,
          method: "GET",
          open: 1,
          isSecondOfStep: false,
          retryAfterMs: isRefused ? 5_000 : undefined,
        } as const;
        const run = (start: number) => {
          const used = spent(filled(newBucket(limit, start), limit, start + at), requests);
          return filled(observed(used, limit, seen, start + at), limit, start + at + more);
        };
        const [here, there] = [run(0), movedBy(run(1_000_000), -1_000_000)];
        expect(there.left).toBeCloseTo(here.left, 6);
        expect(untilMs(there, limit, 10)).toBeCloseTo(untilMs(here, limit, 10), -1);
      },
    ),
  );
});

test.each([
  ["the rate of our example", 5, 30, 1.1],
  ["a slower one", 1, 10, 1.1],
  ["one near the fastest that is tried", 9, 30, 1.15],
])(
  "measures a rate that a vendor does not publish, and keeps close to it: %s",
  (_name, perSecond, burst, times) => {
    const guess = { requests: 20, intervalMs: 10_000, guessed: true };
    const count = 500;
    let ours = newBucket(guess, 0);
    let theirs = burst;
    let refused = 0;
    let now = 0;
    for (let answered = 0; answered < count; now += 20) {
      theirs = Math.min(burst, theirs + perSecond * 0.02);
      ours = filled(ours, guess, now);
      if (takenFrom(ours, guess, { who: "bulk", need: 2, most: 2 }) === 0) continue;
      for (const method of ["GET", "PATCH"] as const) {
        const isRefused = theirs < 1;
        if (!isRefused) theirs -= 1;
        if (isRefused) refused += 1;
        else answered += 1;
        const retryAfterMs = isRefused ? Math.ceil(1 / perSecond) * 1000 : undefined;
        const seen = {
          status: isRefused ? 429 : 200,
          method,
          open: 1,
          isSecondOfStep: method === "PATCH",
          retryAfterMs,
        };
        ours = observed(spent(ours, 1), guess, seen, now);
        if (isRefused) break;
      }
    }
    const boundMs = ((count - burst) / perSecond) * 1000;
    expect(now / boundMs).toBeLessThan(times);
    expect(refused / count).toBeLessThan(0.03);
  },
);
