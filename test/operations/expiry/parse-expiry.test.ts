import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProblem } from "../../../src/domain/problem/problem.ts";
import { formatMoment, parseExpiry } from "../../../src/operations/expiry/parse-expiry.ts";
import { knownTimeZone } from "../../../src/operations/shared/time-zone.ts";
import { anyText } from "../../support/any-text.ts";

// Saturday in Berlin, an hour before the clocks there go back (25 October 2026, 03:00).
const now = new Date("2026-10-24T14:00:00Z");
const berlin = { now, timeZone: "Europe/Berlin" };
const read = (text: string, at = berlin): unknown => {
  const end = parseExpiry([text], at);
  return end.kind === "at" ? end.at.toISOString() : end.ms;
};

it.each([
  ["for 30m", 1_800_000],
  ["FOR 1 h 30 m", 5_400_000],
  ["until 18:00", "2026-10-24T16:00:00.000Z"],
  ["until 6pm", "2026-10-24T16:00:00.000Z"],
  ["until 6:30 p.m.", "2026-10-24T16:30:00.000Z"],
  ["until today 18.00", "2026-10-24T16:00:00.000Z"],
  ["until tomorrow 9:00", "2026-10-25T08:00:00.000Z"],
  ["until tomorrow at noon", "2026-10-25T11:00:00.000Z"],
  ["until 2026-10-25 00:30", "2026-10-24T22:30:00.000Z"],
])("parses %j in the person's own time zone", (text, end) => {
  expect(read(text)).toBe(end);
});

// G5
it.each([
  ["until 15:00", "2026-10-25T14:00:00.000Z", "tomorrow at 15:00 Europe/Berlin"],
  ["until 7:00", "2026-10-25T06:00:00.000Z", "tomorrow at 07:00 Europe/Berlin"],
  ["until 18:00", "2026-10-24T16:00:00.000Z", "at 18:00 Europe/Berlin"],
  ["until 2026-10-26 7:00", "2026-10-26T06:00:00.000Z", "on 2026-10-26 at 07:00 Europe/Berlin"],
])("takes the next moment of %j and names its day", (text, end, said) => {
  expect(read(text)).toBe(end);
  expect(formatMoment(new Date(end), berlin)).toBe(said);
});

describe("when daylight saving time starts or ends", () => {
  it("takes the next one of a time that occurs twice", () => {
    expect(read("until tomorrow 2:30")).toBe("2026-10-25T00:30:00.000Z");
  });

  it("moves a skipped time forward by the gap", () => {
    const spring = { now: new Date("2026-03-28T20:00:00Z"), timeZone: "Europe/Berlin" };
    expect(read("until tomorrow 2:30", spring)).toBe("2026-03-29T01:30:00.000Z");
    expect(formatMoment(new Date("2026-03-29T01:30:00Z"), spring)).toBe("tomorrow at 03:30 Europe/Berlin");
  });
});

// C4
describe("a time that occurs twice is the next one that is still ahead", () => {
  const minutesUntil = (text: string, from: string, timeZone: string): number | string => {
    const end = parseExpiry([text], { now: new Date(from), timeZone });
    return end.kind === "at" ? (end.at.getTime() - Date.parse(from)) / 60_000 : "a duration";
  };

  it.each([
    // Berlin: 03:00 becomes 02:00 on 25 October 2026.
    ["Europe/Berlin", "2026-10-25T00:20:00Z", "until 2:50", 30],
    ["Europe/Berlin", "2026-10-25T00:55:00Z", "until 2:50", 55],
    ["Europe/Berlin", "2026-10-25T01:20:00Z", "until 2:50", 30],
    ["Europe/Berlin", "2026-10-25T01:20:00Z", "until today 2:50", 30],
    ["Europe/Berlin", "2026-10-25T01:20:00Z", "until 2026-10-25 2:50", 30],
    ["Europe/Berlin", "2026-10-25T01:55:00Z", "until 2:50", 1435],
    ["Europe/Berlin", "2026-10-24T23:50:00Z", "until 2:50", 60],
    ["Europe/Berlin", "2026-10-24T21:50:00Z", "until tomorrow 2:50", 180],
    ["America/New_York", "2026-11-01T06:20:00Z", "until 1:50am", 30],
    // The southern half of the world, in April.
    ["Australia/Sydney", "2026-04-04T16:20:00Z", "until 2:50", 30],
    // Half an hour: 02:00 becomes 01:30.
    ["Australia/Lord_Howe", "2026-04-04T15:10:00Z", "until 1:45", 5],
    ["Australia/Lord_Howe", "2026-04-04T14:50:00Z", "until 1:45", 25],
    // Midnight becomes 23:00 of the day before.
    ["America/Santiago", "2026-04-05T03:20:00Z", "until 23:50", 30],
    ["America/Santiago", "2026-04-05T02:55:00Z", "until 23:50", 55],
    ["America/Santiago", "2026-04-05T03:20:00Z", "until tomorrow 0:10", 50],
  ])("in %s at %s, %s", (timeZone, from, text, minutes) => {
    expect(minutesUntil(text, from, timeZone)).toBe(minutes);
  });

  it.each([
    // Berlin: 02:00 becomes 03:00 on 29 March 2026.
    ["Europe/Berlin", "2026-03-29T00:50:00Z", "until 2:30", 40],
    ["Europe/Berlin", "2026-03-29T01:10:00Z", "until 2:30", 1400],
    ["Europe/Berlin", "2026-03-29T01:10:00Z", "until 3:30", 20],
    ["Australia/Lord_Howe", "2026-10-03T15:20:00Z", "until 2:10", 20],
  ])("and a skipped one moves forward by the gap: in %s at %s, %s", (timeZone, from, text, minutes) => {
    expect(minutesUntil(text, from, timeZone)).toBe(minutes);
  });
});

it.each([
  ["until 18", "as a time"],
  ["until later", "as a time"],
  ["until 25:00", "as a time"],
  ["until 13pm", "as a time"],
  ["until 2026-13-45 10:00", "as a time"],
  ["until", "as a time"],
  ["for a while", "as a time"],
  ["for", "as a time"],
])("says what is wrong with %j", (text, words) => {
  expect(() => read(text)).toThrow(words);
});

it("refuses two expiries", () => {
  expect(() => parseExpiry(["for 30m", "until 18:00"], berlin)).toThrow(
    "“for 30m” and “until 18:00” are two",
  );
});

it("parses every minute of the day as local time, in all kinds of time zones", () => {
  const zones = fc.constantFrom(
    "UTC",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Asia/Tokyo",
  );
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), (timeZone, h, m) => {
      const time = `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
      const end = parseExpiry([`until tomorrow ${time}`], { now, timeZone });
      const moment = end.kind === "at" && formatMoment(end.at, { now, timeZone });
      expect(moment).toBe(`tomorrow at ${time} ${timeZone}`);
    }),
  );
});

it("returns an expiry or an error for any input", () => {
  fc.assert(
    fc.property(fc.constantFrom("for ", "until ", ""), anyText(), (word, text) => {
      try {
        parseExpiry([`${word}${text}`], berlin);
      } catch (error) {
        expect(isProblem(error, "invalid_input")).toBe(true);
      }
    }),
  );
});

it("treats an unknown time zone as UTC", () => {
  expect([knownTimeZone("Europe/Berlin"), knownTimeZone("Mars/Olympus"), knownTimeZone(undefined)]).toEqual([
    "Europe/Berlin",
    "UTC",
    "UTC",
  ]);
});
