import { afterAll, beforeAll, expect, it } from "vitest";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { crashFailover } from "./crash-failover.ts";
import { oneProcess } from "./failover-app.ts";
import { failoverPoints } from "./failover-points.ts";
import { startProcessHarness, type ProcessHarness } from "../process-harness.ts";

const vendors: readonly VendorId[] = ["cartesia", "dialnexa"];
let processes: ProcessHarness;
beforeAll(async () => {
  processes = await startProcessHarness(vendors);
}, 60_000);
afterAll(async () => {
  await processes.close();
});

// `npm run crash` does the same at every point and every vendor.
const here = failoverPoints
  .filter(({ name }) => name === "in the middle, and nothing runs for 20 minutes")
  .slice(0, 1);

it.each(here)(
  "switches each number once and puts it back once, though the app is killed in the $phase: $name",
  { timeout: 120_000 },
  async (point) => expect(await crashFailover(oneProcess(processes), vendors, point)).toEqual([]),
);
