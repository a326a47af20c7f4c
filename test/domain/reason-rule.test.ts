import { expect, it } from "vitest";
import {
  keyInReason,
  patternExample,
  validatePattern,
  validateReason,
} from "../../src/domain/reason-rule.ts";

it.each(["INC-#", "#", "SRE/#", "inc_#.#"])("accepts the pattern %s", (pattern) => {
  expect(validatePattern(pattern)).toBeUndefined();
  expect(keyInReason(`because of ${patternExample(pattern)}, again`, pattern)).toBe(patternExample(pattern));
});

it.each([
  ["INC", "Put a #"],
  ["INC-##", "Do not put a digit or another #"],
  ["INC-1#", "Do not put a digit or another #"],
  ["(a+)+#", "Use letters, digits"],
  ["INC #", "Use letters, digits"],
  [`${"A".repeat(40)}#`, "At most 40"],
])("does not take the pattern %s", (pattern, words) => {
  expect(validatePattern(pattern)).toContain(words);
});

it("finds a key as a whole word, ignoring case", () => {
  expect(keyInReason("see inc-42: loops", "INC-#")).toBe("inc-42");
  expect(keyInReason("SINC-42", "INC-#")).toBeUndefined();
  expect(keyInReason("INC-42b", "INC-#")).toBeUndefined();
  expect(keyInReason("INC-", "INC-#")).toBeUndefined();
  expect(keyInReason("aXb-1", "a.b-#")).toBeUndefined();
});

it("checks the longest reason quickly, whatever it contains", () => {
  const pattern = "#-#-#-#-#-#-#-#-#-#";
  const reason = "1-1-1-".repeat(50);
  const before = performance.now();
  for (let times = 0; times < 100; times += 1) keyInReason(reason.slice(0, -1), `${pattern}-X#`);
  expect(performance.now() - before).toBeLessThan(1000);
});

it("says what a reason lacks", () => {
  const rule = { required: true, pattern: "INC-#" };
  expect(validateReason(undefined, undefined)).toBeUndefined();
  expect(validateReason("", { required: false, pattern: "INC-#" })).toBeUndefined();
  expect(validateReason(" ", { required: true })).toContain("requires a reason.");
  expect(validateReason("it loops", { required: true })).toBeUndefined();
  expect(validateReason("it loops", rule)).toContain("INC-123");
  expect(validateReason("INC-7 it loops", rule)).toBeUndefined();
});
