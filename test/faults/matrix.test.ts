import { expect, it } from "vitest";
import { vendorIds } from "../../src/domain/vendor.ts";
import { acts } from "./acts.ts";
import { cases } from "./cases.ts";
import { cellName, inStretches, triesOfMatrix, tryStretch } from "./matrix.ts";

// Each thing that can go wrong once, the verbs and vendors taking turns; `npm run faults` tries them all with all.
it.concurrent.each(inStretches(triesOfMatrix("some", vendorIds)))(
  "whatever goes wrong at $vendor, one change is made at most, its truth is told and nothing leaks",
  { timeout: 60_000 },
  async (stretch) => {
    const cells = await tryStretch(stretch);
    const broken = cells.filter((cell) => cell.broken.length > 0);
    expect(broken.map((cell) => `${cellName(cell)}: ${cell.broken.join("; ")}`)).toEqual([]);
    expect(cells).toHaveLength(stretch.tries.length);
  },
);

it("tries each thing that can go wrong, and each verb of each vendor", () => {
  const tries = triesOfMatrix("some", vendorIds);
  expect(new Set(tries.map(({ wrong }) => wrong))).toEqual(new Set(cases));
  expect(new Set(tries.map(({ act }) => act))).toEqual(new Set(acts));
});
