import { seededRandom } from "./random.ts";

/** So many of them in their order, drawn by a seed; all when there are no more. */
export function sample<T>(all: readonly T[], size: number, seed: number): T[] {
  const random = seededRandom(seed);
  return all
    .map((each, at) => ({ each, at, lot: random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .slice(0, size)
    .toSorted((a, b) => a.at - b.at)
    .map(({ each }) => each);
}
