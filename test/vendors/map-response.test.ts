import { expect, it } from "vitest";
import type { PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import { parsePatch } from "../../src/vendors/map-response.ts";
import { problemOf } from "./opened.ts";

const number: PhoneNumber = { id: "a", e164: "+14155550101", name: null, agent: null, fields: {} };

const readAs = async (id: string, toNumber: () => PhoneNumber) =>
  parsePatch("Acme", id, { status: 200, headers: {}, json: {} }, toNumber);

it("does not accept a response about another number as proof", async () => {
  const problem = await problemOf(readAs("b", () => number));
  expect([problem.code, problem.details.vendorStatus]).toEqual(["outcome_unknown", 200]);
});

it("reports a bug in reading a response as a bug", async () => {
  const buggy = readAs("a", () => {
    throw new TypeError("not ours to translate");
  });
  await expect(buggy).rejects.toThrow(TypeError);
});
