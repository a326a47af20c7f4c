import { afterAll, beforeAll, expect, it } from "vitest";
import { acts } from "../faults/acts.ts";
import { crashAt } from "./crash-at.ts";
import { points } from "./points.ts";
import { startProcessHarness, type ProcessHarness } from "./process-harness.ts";

let processes: ProcessHarness;
beforeAll(async () => {
  processes = await startProcessHarness(["cartesia"]);
}, 60_000);
afterAll(async () => {
  await processes.close();
});

// CI tries more of them, and `npm run crash` all with every verb at every vendor.
const here = points.filter(
  ({ by }, at) => ["claim", "record"].includes(by) && points.findIndex((point) => point.by === by) === at,
);

it.each(here)(
  "loses nothing and reports the truth after being killed: $name",
  { timeout: 120_000 },
  async (point) => {
    const act = acts.find(({ vendor, verb }) => vendor === "cartesia" && verb === "reassign");
    if (!act) throw new Error("there is no such act");
    expect(await crashAt(processes, act, point)).toEqual([]);
  },
);
