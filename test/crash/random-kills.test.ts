import { afterAll, beforeAll, expect, it } from "vitest";
import { crashUnderLoad, loaded } from "./crash-under-load.ts";
import { seededRandom } from "../support/sample.ts";
import { startProcessHarness, type ProcessHarness } from "./process-harness.ts";

let processes: ProcessHarness;
beforeAll(async () => {
  processes = await startProcessHarness(loaded);
}, 60_000);
afterAll(async () => {
  await processes.close();
});

const seeds = Array.from({ length: 3 }, (_, at) => at + 1);

// `npm run crash` does hundreds of them, and CI two dozen.
it.each(seeds)("loses nothing when killed under load, seed %i", { timeout: 60_000 }, async (seed) => {
  const { broken } = await crashUnderLoad(processes, seededRandom(seed));
  expect(broken).toEqual([]);
});
