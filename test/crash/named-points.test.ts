import { afterAll, beforeAll, expect, it } from "vitest";
import { acts } from "../faults/acts.ts";
import { crashAt } from "./crash-at.ts";
import { points } from "./points.ts";
import { startYard, type Yard } from "./yard.ts";

let yard: Yard;
beforeAll(async () => {
  yard = await startYard(["cartesia"]);
}, 60_000);
afterAll(async () => {
  await yard.close();
});

// `npm run crash` does the same with every verb at every vendor.
it.each(points)(
  "loses nothing and tells the truth when it is killed: $name",
  { timeout: 40_000 },
  async (point) => {
    const act = acts.find(({ vendor, verb }) => vendor === "cartesia" && verb === "reassign");
    if (!act) throw new Error("there is no such act");
    expect(await crashAt(yard, act, point)).toEqual([]);
  },
);
