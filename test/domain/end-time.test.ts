import { describe, expect, it } from "vitest";
import { readEnd } from "../../src/domain/end-time.ts";
import { isProblem } from "../../src/domain/problem.ts";

const now = new Date("2026-03-28T22:30:20.000Z");
const read = (text: string, timeZone = "Europe/Berlin"): string => readEnd(text, now, timeZone).toISOString();

describe("an end", () => {
  it.each([
    ["30m", "2026-03-28T23:00:20.000Z"],
    ["2h", "2026-03-29T00:30:20.000Z"],
    ["1 day", "2026-03-29T22:30:20.000Z"],
    ["23:45", "2026-03-28T22:45:00.000Z"],
    // Clocks go forward that night, from 2:00 to 3:00.
    ["03:30", "2026-03-29T01:30:00.000Z"],
    ["18:00", "2026-03-29T16:00:00.000Z"],
    ["23:30", "2026-03-29T21:30:00.000Z"],
  ])("of “%s” is read in the person's zone", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("is read where the zone is off by half an hour", () => {
    expect(read("04:15", "Asia/Kolkata")).toBe("2026-03-28T22:45:00.000Z");
  });

  it.each(["", "0m", "31d", "25:00", "tomorrow", "18:60", "-5m", "99999h"])("of “%s” is none", (text) => {
    let thrown: unknown;
    try {
      read(text);
    } catch (error) {
      thrown = error;
    }
    expect(isProblem(thrown, "invalid_input")).toBe(true);
  });
});
