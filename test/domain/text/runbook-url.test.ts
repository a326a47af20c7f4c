import { expect, it } from "vitest";
import { runbookUrlFault } from "../../../src/domain/text/runbook-url.ts";

it.each([
  "https://wiki.example.com/runbooks/support",
  "https://wiki.example.com:8443/a%20b?page=1&x=[2]#top",
  "HTTPS://wiki/r",
  "https://xn--bcher-kva.example/r",
])("takes %s", (url) => {
  expect(runbookUrlFault(url)).toBeUndefined();
});

it.each([
  ["http://wiki.example.com/r", "begins with https://"],
  ["javascript:alert(1)", "begins with https://"],
  ["https:wiki.example.com", "begins with https://"],
  ["https:///r", "begins with https://"],
  ["//wiki.example.com", "begins with https://"],
  ["https://", "begins with https://"],
  ["https://ada@wiki.example.com/r", "Leave the user name"],
  ["https://ada:secret@wiki.example.com/r", "Leave the user name"],
  ["https://@wiki.example.com/r", "Leave the user name"],
  ["https://wiki.example.com/a b", "percent-encoding"],
  ["https://wiki.example.com/\n<!channel>", "percent-encoding"],
  ["https://wiki.example.com/r|free money", "percent-encoding"],
  ["https://wiki.example.com/r|x", "percent-encoding"],
  ["https://wiki.example.com/r><!here>", "percent-encoding"],
  ["https://wiki.example.com\\@evil.example", "percent-encoding"],
  ["https://wíki.example.com/r", "percent-encoding"],
  ["https://wiki.example.com/\u202Er", "percent-encoding"],
  [`https://wiki.example.com/${"r".repeat(480)}`, "at most 500"],
])("refuses %j", (url, why) => {
  expect(runbookUrlFault(url)).toContain(why);
});
