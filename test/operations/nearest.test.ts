import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "../../src/operations/nearest.ts";

const names = ["Support main", "Support overflow", "Sales New York", "Billing"];
const near = (typed: string, most?: number): string[] => nearest(typed, names, (name) => name, most);

describe("the nearest", () => {
  it.each([
    ["suport main", "Support main"],
    ["SUPPORT OVERFLOW", "Support overflow"],
    ["Bilingl", "Billing"],
  ])("to %j is %j", (typed, first) => {
    expect(near(typed)[0]).toBe(first);
  });

  it("begins with those that contain what was typed", () => {
    expect(near("sales").at(0)).toBe("Sales New York");
    expect(near("support")).toEqual(["Support main", "Support overflow"]);
  });

  it("is nothing for what is near nothing, and for nothing typed", () => {
    expect(near("qqqqqqqqqq")).toEqual([]);
    expect(near("")).toEqual([]);
  });

  it("is at most as many as asked, and of those that there are, each once", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.string()),
        fc.integer({ min: 0, max: 5 }),
        (typed, among, most) => {
          const found = nearest(typed, among, (text) => text, most);
          expect(found.length).toBeLessThanOrEqual(Math.min(most, among.length));
          expect(found.every((text) => among.includes(text))).toBe(true);
        },
      ),
    );
  });
});
