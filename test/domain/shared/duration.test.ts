import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../../src/domain/shared/duration.ts";
import { minute } from "../../support/fixtures.ts";
import { anyText } from "../../support/any-text.ts";

it.each([
  ["30m", 30 * minute],
  ["2h", 120 * minute],
  ["1h30m", 90 * minute],
  ["1 hour and 30 minutes", 90 * minute],
  ["90 MIN", 90 * minute],
  ["45s", 45_000],
  ["1d", 1440 * minute],
])("parses %j", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(["", "30", "m", "1.5h", "-5m", "30m 1h", "1h1h", "5 fortnights", "half an hour", "9999999m", "１h"])(
  "does not parse %j",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

it("parses every duration that it formats", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 * 60 }), (minutes) => {
      expect(parseDuration(formatDuration(minutes * minute))).toBe(minutes * minute);
    }),
  );
});

it("parses hours and minutes in any notation", () => {
  const blank = fc.constantFrom("", " ", "  ");
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 99 }), blank, (h, m, between) => {
      expect(parseDuration(`${h}${between}h${between}${m}${between}m`)).toBe((h * 60 + m) * minute);
    }),
  );
});

it("never throws", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const ms = parseDuration(text);
      expect(ms === undefined || ms >= 0).toBe(true);
    }),
  );
});
