import { expect, it } from "vitest";
import { sample } from "../support/sample.ts";

const all = [
  ...Array.from({ length: 500 }, (_, at) => ({ kind: "many", at })),
  ...Array.from({ length: 10 }, (_, at) => ({ kind: "few", at })),
];

it("draws so many, the same for a seed, in their order, and a tenth from each kind at least", () => {
  const drawn = sample(all, 40, 1);
  expect(drawn).toHaveLength(40);
  expect(sample(all, 40, 1)).toEqual(drawn);
  expect(sample(all, 40, 2)).not.toEqual(drawn);
  expect(all.filter((each) => drawn.includes(each))).toEqual(drawn);
  expect(drawn.filter(({ kind }) => kind === "few").length).toBeGreaterThanOrEqual(4);
});

it("gives all when there are no more, and none when none are wanted", () => {
  expect(sample(all, Number.POSITIVE_INFINITY, 1)).toEqual(all);
  expect(sample(all, 0, 1)).toEqual([]);
});
