import { afterAll, beforeAll, expect, it } from "vitest";
import { acts } from "../faults/acts.ts";
import { bulkPoints } from "./bulk-points.ts";
import { crashBulk } from "./crash-bulk.ts";
import { startProcessHarness, type ProcessHarness } from "./process-harness.ts";

let processes: ProcessHarness;
beforeAll(async () => {
  processes = await startProcessHarness(["cartesia"]);
}, 60_000);
afterAll(async () => {
  await processes.close();
});

// `npm run crash` does the same at every point and every vendor. B1
const here = bulkPoints.filter(({ name }) => name.startsWith("on after a wait, as"));

it.each(here)(
  "continues a paced revert without repeating a step after being killed: $name",
  { timeout: 120_000 },
  async (point) => {
    const act = acts.find(({ vendor, verb }) => vendor === "cartesia" && verb === "reassign");
    if (!act) throw new Error("there is no such act");
    expect(await crashBulk(processes, act, point)).toEqual([]);
  },
);
