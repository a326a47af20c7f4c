import { expect, it } from "vitest";
import {
  keyInReason,
  patternExample,
  statedReason,
  validatePattern,
  validateReason,
} from "../../../src/domain/access/reason-rule.ts";

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

// One that tried again from every place would not end within the test's time limit.
it("checks the longest reason quickly, whatever it contains", () => {
  const pattern = "#-#-#-#-#-#-#-#-#-#";
  const reason = "1-1-1-".repeat(50);
  expect(keyInReason(reason.slice(0, -1), `${pattern}-X#`)).toBeUndefined();
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

// A14
it.each(["", " ", "\u200B", "\u3164", "\u2800", "\u00AD\u2060 ", undefined])(
  "counts %j as no reason, because nobody sees it",
  (typed) => {
    expect(statedReason(typed)).toBeUndefined();
    expect(validateReason(typed, { required: true })).toBe("This workspace requires a reason.");
  },
);

// D4
it.each(["INC\u201142 loops", "INC\u201342 loops", "inc-\uFF14\uFF12", "\u200BINC-42"])(
  "finds the key in %j as people read it",
  (reason) => {
    expect(validateReason(reason, { required: true, pattern: "INC-#" })).toBeUndefined();
  },
);
