import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchSize, yieldToEventLoop } from "../../../src/domain/shared/event-loop.ts";
import { nearest } from "../../../src/operations/shared/nearest.ts";

const names = ["Support main", "Support overflow", "Sales New York", "Billing"];
const near = async (typed: string, most?: number): Promise<string[]> =>
  nearest(typed, names, (name) => name, most);

describe("the closest matches", () => {
  it.each([
    ["suport main", "Support main"],
    ["SUPPORT OVERFLOW", "Support overflow"],
    ["Bilingl", "Billing"],
  ])("to %j is %j", async (typed, first) => {
    expect((await near(typed))[0]).toBe(first);
  });

  it("start with those that contain what was typed", async () => {
    expect((await near("sales")).at(0)).toBe("Sales New York");
    expect(await near("support")).toEqual(["Support main", "Support overflow"]);
  });

  it("are empty if nothing is similar, and for an empty text", async () => {
    expect(await near("qqqqqqqqqq")).toEqual([]);
    expect(await near("")).toEqual([]);
  });

  // A4
  it("process a long list in batches, and compare only the start of a text", async () => {
    const many = Array.from({ length: 5 * batchSize }, (_, at) => `Line ${at} ${"x".repeat(200)}`);
    const finding = nearest("y".repeat(3_000), many, (name) => name);
    const state = { found: false };
    void finding.then(() => (state.found = true));
    let turns = 0;
    for (; !state.found; turns += 1) await yieldToEventLoop();
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(await finding).toEqual([]);
    const long = `Line 7 ${"x".repeat(200)}`;
    expect(await nearest(`Lime 7 ${"x".repeat(230)}`, many, (name) => name)).toContain(long);
  });

  it("are at most as many as requested, each once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.array(fc.string()),
        fc.integer({ min: 0, max: 5 }),
        async (typed, among, most) => {
          const found = await nearest(typed, among, (text) => text, most);
          expect(found.length).toBeLessThanOrEqual(Math.min(most, among.length));
          expect(found.every((text) => among.includes(text))).toBe(true);
        },
      ),
    );
  });
});
