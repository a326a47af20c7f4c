import { expect, it } from "vitest";
import { cooperativeSort } from "../../../src/operations/numbers/cooperative-sort.ts";
import { batchSize } from "../../../src/domain/shared/event-loop.ts";
import { turnsOf } from "../../support/until.ts";

const byTens = (one: number, other: number): number => Math.floor(one / 10) - Math.floor(other / 10);
const jumbled = (length: number): number[] => Array.from({ length }, (_, at) => (at * 7_919) % 10_007);

it.each([0, 1, batchSize, batchSize + 1, 5 * batchSize + 3])(
  "sorts %d items like a normal sort",
  async (length) => {
    const items = jumbled(length);
    expect(await cooperativeSort(items, byTens)).toEqual(items.toSorted(byTens));
  },
);

it("yields to the event loop between batches", async () => {
  const { turns } = await turnsOf(cooperativeSort(jumbled(4 * batchSize), byTens));
  expect(turns).toBeGreaterThan(4);
});
