import { expect, it } from "vitest";
import { readSince } from "../../src/cli/audit/since.ts";
import { noon } from "./cli-harness.ts";

it("reads times ago, dates and times, in UTC unless they say otherwise", () => {
  expect(
    ["30m", "1w", "2026-06-30", "2024-02-29T09:30", "2026-06-30T23:30-02:00"].map((typed) =>
      readSince(typed, noon),
    ),
  ).toEqual([
    "2026-08-01T11:30:00.000Z",
    "2026-07-25T12:00:00.000Z",
    "2026-06-30T00:00:00.000Z",
    "2024-02-29T09:30:00.000Z",
    "2026-07-01T01:30:00.000Z",
  ]);
});

it.each(["2026-06-31", "2026-02-29T09:30", "2026-13-01", "2026-06-00", "2026-06-30T25:00", "", "soon"])(
  "refuses a day or time that does not exist: %s",
  (typed) => {
    expect(() => readSince(typed, noon)).toThrow("Give a time such as");
  },
);
