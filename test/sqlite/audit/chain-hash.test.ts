import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalHash, rowHash } from "../../../src/store/crypto/chain-hash.ts";
import { anyText } from "../../support/any-text.ts";

const value = fc.oneof(
  anyText(),
  fc.string({ unit: "grapheme" }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constant(null),
  fc.constant(undefined),
  fc.json().map((text) => JSON.parse(text)),
);
const record = fc.dictionary(anyText(), value);
const sha256 = (text: string | undefined) =>
  createHash("sha256")
    .update(text ?? "")
    .digest("hex");
const told = (content: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(content).filter(([, said]) => said !== null));

test("hashes the canonical JSON of a record, whatever it contains", () => {
  fc.assert(
    fc.property(record, (content) => {
      expect(canonicalHash(content)).toBe(sha256(canonicalize(told(content))));
    }),
  );
});

test("leaves out only the hash itself", () => {
  fc.assert(
    fc.property(record, fc.string(), (content, hash) => {
      const { hash: _, ...others } = content;
      expect(rowHash({ ...content, hash })).toBe(canonicalHash(others));
    }),
  );
});

test.each([
  ["half a character", "\uD800"],
  ["what is no number", Number.NaN],
  ["what has no end", Infinity],
])("refuses %s", (_, said) => {
  expect(() => canonicalHash({ said })).toThrow("not allowed");
});
