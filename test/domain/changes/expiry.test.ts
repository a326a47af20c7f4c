import * as fc from "fast-check";
import { expect, it } from "vitest";
import { expiresAt, maxExpiryMs, reminderAt, minExpiryMs } from "../../../src/domain/changes/expiry.ts";
import { minute } from "../../support/fixtures.ts";

const now = new Date(Date.UTC(2026, 10, 21, 3));

it.each([
  ["too soon", { kind: "after", ms: minExpiryMs - 1 }, "Choose between 5 min and 24 h."],
  ["too late", { kind: "after", ms: maxExpiryMs + minute }, "Choose between 5 min and 24 h."],
  ["a second too soon", { kind: "after", ms: minExpiryMs - 1000 }, "Choose between 5 min and 24 h."],
  ["a second too late", { kind: "after", ms: maxExpiryMs + 1000 }, "Choose between 5 min and 24 h."],
  ["seconds away", { kind: "after", ms: 20_000 }, "Choose between 5 min and 24 h."],
  ["past", { kind: "at", at: new Date(now.getTime() - 1) }, "has passed"],
  ["no time at all", { kind: "at", at: new Date(Number.NaN) }, "not a time"],
] as const)("refuses an end that is %s", (_name, end, words) => {
  expect(() => expiresAt(end, now)).toThrow(words);
});

it("accepts every expiry within the limits, as a duration or a time", () => {
  fc.assert(
    fc.property(fc.integer({ min: minExpiryMs, max: maxExpiryMs }), (ms) => {
      const at = new Date(now.getTime() + ms);
      expect(expiresAt({ kind: "after", ms }, now)).toEqual(at);
      expect(expiresAt({ kind: "at", at }, now)).toEqual(at);
    }),
  );
});

it("allows a demo a shorter time", () => {
  expect(expiresAt({ kind: "after", ms: minute }, now, minute).getTime()).toBe(now.getTime() + minute);
});

it("reminds 10 min before the expiry, or a fifth of the duration before a shorter one", () => {
  const after = (ms: number): number =>
    reminderAt(now, new Date(now.getTime() + ms)).getTime() - now.getTime();
  expect(after(120 * minute)).toBe(110 * minute);
  expect(after(30 * minute)).toBe(24 * minute);
  expect(after(minute)).toBe(48_000);
});
