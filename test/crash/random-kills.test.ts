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

// `npm run crash` does hundreds of them, and CI two dozen.
it("loses nothing when killed under load", { timeout: 60_000 }, async () => {
  const { broken } = await crashUnderLoad(processes, seededRandom(1));
  expect(broken).toEqual([]);
});
