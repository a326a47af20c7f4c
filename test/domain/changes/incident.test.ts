import { expect, test } from "vitest";
import { incidentKey } from "../../../src/domain/changes/incident.ts";

test.each([
  ["INC-123", "INC-123"],
  [" inc-7 ", "INC-7"],
  ["2026.11_db", "2026.11_DB"],
  ["A".repeat(64), "A".repeat(64)],
])("parses the key %s", (text, key) => {
  expect(incidentKey(text)).toBe(key);
});

test.each([
  ["", /Say which/u],
  ["A".repeat(65), /at most 64 characters; this one has 65/u],
  ["<b>1", /letters, digits/u],
  ["*INC-1*", /letters, digits/u],
  ["INC 1", /letters, digits/u],
  ["<@U1>", /letters, digits/u],
])("takes %j for no key", (text, words) => {
  expect(() => incidentKey(text)).toThrow(words);
});
