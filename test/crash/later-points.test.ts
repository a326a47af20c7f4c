import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acts } from "../faults/acts.ts";
import { crashLater } from "./crash-later.ts";
import { laterActs } from "./later-acts.ts";
import { laterPoints } from "./later-points.ts";
import { startYard, type Yard } from "./process-harness.ts";

// `npm run crash` does the same at every point and every vendor.
const here = laterPoints.filter(({ name }) => /^(?:claimed|settled)/u.test(name));

describe.each(laterActs)("what is carried out later: $name", (later) => {
  let yard: Yard;
  beforeAll(async () => {
    yard = await startYard(["cartesia"]);
  }, 60_000);
  afterAll(async () => {
    await yard.close();
  });

  it.each(here)("is done once and told when the app is killed: $name", { timeout: 40_000 }, async (point) => {
    const act = acts.find(({ vendor, verb }) => vendor === "cartesia" && verb === "reassign");
    if (!act) throw new Error("there is no such act");
    expect(await crashLater(yard, later, act, point)).toEqual([]);
  });
});
