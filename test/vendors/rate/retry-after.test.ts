import { expect, it } from "vitest";
import { announcedLimit, retryAfterMs } from "../../../src/vendors/retry-after.ts";

const now = Date.parse("2026-03-02T09:00:00Z");

it.each([
  [{ "retry-after": "3" }, 3000],
  [{ "retry-after": " 0 " }, 0],
  [{ "retry-after": "2026" }, 300_000],
  [{ "retry-after": "31536000" }, 300_000],
  [{ "retry-after": "Thu, 31 Dec 2099 23:59:59 GMT" }, 300_000],
  [{ "retry-after": "Mon, 02 Mar 2026 12:00:07 GMT", date: "Mon, 02 Mar 2026 12:00:00 GMT" }, 7000],
  [{ "retry-after": "0.25" }, 250],
  [{ "retry-after": "Mon, 02 Mar 2026 09:00:07 GMT" }, 7000],
  [{ "retry-after": "Monday, 02-Mar-26 09:00:07 GMT" }, 7000],
  [{ "retry-after": "Mon, 02 Mar 2026 08:00:00 GMT" }, 0],
  [{ "x-ratelimit-reset": "12" }, 12_000],
  [{ "x-ratelimit-reset": "999999999" }, 300_000],
  [{ "x-ratelimit-reset": "4102444800" }, 300_000],
  [{ "ratelimit-reset": "7" }, 7000],
  [{ "x-ratelimit-reset": String(now / 1000 + 5) }, 5000],
  [{ "x-ratelimit-reset": "1000000000" }, 0],
  [{ "retry-after": "3", "x-ratelimit-reset": "12" }, 3000],
  [{ "retry-after": "soon", "x-ratelimit-reset": "12" }, 12_000],
])("reads %j as %i ms", (headers, wait) => {
  expect(retryAfterMs(headers, now)).toBe(wait);
});

it.each([
  {},
  { "retry-after": "" },
  { "retry-after": "-5" },
  { "retry-after": "soon" },
  { "x-ratelimit-reset": "-1" },
  { "retry-after": "NaN" },
  { "retry-after": "Infinity" },
  { "retry-after": "1e9" },
])("takes %j for nothing said", (headers) => {
  expect(retryAfterMs(headers, now)).toBeUndefined();
});

it.each([
  ["12", 12_000],
  [String(now / 1000 + 5), 5000],
])("reads what is left of a limit until it is counted anew at %s", (reset, resetMs) => {
  const headers = { "x-ratelimit-limit": "150", "x-ratelimit-remaining": "7", "x-ratelimit-reset": reset };
  expect(announcedLimit(headers, now)).toEqual({ left: 7, limit: 150, resetMs });
});

it.each([{}, { "x-ratelimit-remaining": "7" }, { "x-ratelimit-reset": "12" }])(
  "takes %j for no announced limit",
  (headers) => {
    expect(announcedLimit(headers, now)).toBeUndefined();
  },
);
