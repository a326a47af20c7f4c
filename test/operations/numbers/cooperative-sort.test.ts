import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { cooperativeSort } from "../../../src/operations/numbers/cooperative-sort.ts";
import { batchSize } from "../../../src/domain/event-loop.ts";

const byTens = (one: number, other: number): number => Math.floor(one / 10) - Math.floor(other / 10);
const jumbled = (length: number): number[] => Array.from({ length }, (_, at) => (at * 7_919) % 10_007);

it.each([0, 1, batchSize, batchSize + 1, 5 * batchSize + 3])(
  "sorts %d items as they would be at once",
  async (length) => {
    const items = jumbled(length);
    expect(await cooperativeSort(items, byTens)).toEqual(items.toSorted(byTens));
  },
);

it("lets others have their turn between its bites", async () => {
  const sorting = cooperativeSort(jumbled(4 * batchSize), byTens);
  const state = { sorted: false };
  void sorting.then(() => (state.sorted = true));
  let turns = 0;
  for (; !state.sorted; turns += 1) await turn();
  expect(turns).toBeGreaterThan(4);
});
