import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acts } from "../faults/acts.ts";
import { crashLater } from "./crash-later.ts";
import { laterActs } from "./later-acts.ts";
import { laterPoints } from "./later-points.ts";
import { startProcessHarness, type ProcessHarness } from "./process-harness.ts";

// CI does the same with every kind of work at every point, and `npm run crash` at every vendor.
const here = laterPoints.filter(({ name }) => name.startsWith("claimed"));

describe.each(laterActs.slice(0, 1))("background work: $name", (later) => {
  let processes: ProcessHarness;
  beforeAll(async () => {
    processes = await startProcessHarness(["cartesia"]);
  }, 60_000);
  afterAll(async () => {
    await processes.close();
  });

  it.each(here)(
    "runs once and is reported after the app is killed: $name",
    { timeout: 120_000 },
    async (point) => {
      const act = acts.find(({ vendor, verb }) => vendor === "cartesia" && verb === "reassign");
      if (!act) throw new Error("there is no such act");
      expect(await crashLater(processes, later, act, point)).toEqual([]);
    },
  );
});
