import { expect, it } from "vitest";
import { vendorIds } from "../../../src/vendors/index.ts";
import { acts } from "../acts.ts";
import { cases } from "../cases.ts";
import { cellName, inStretches, triesOfMatrix, tryStretch } from "./matrix.ts";

// Every third fault, with verbs and vendors in turn. `npm run faults` tries all combinations, and CI a larger part.
const here = cases.filter((_, at) => at % 3 === 0);

it.each(inStretches(triesOfMatrix("some", vendorIds, here)))(
  "makes at most one change, reports the truth and leaks nothing, whatever fails at $vendor",
  { timeout: 60_000 },
  async (stretch) => {
    const cells = await tryStretch(stretch);
    const broken = cells.filter((cell) => cell.broken.length > 0);
    expect(broken.map((cell) => `${cellName(cell)}: ${cell.broken.join("; ")}`)).toEqual([]);
    expect(cells).toHaveLength(stretch.tries.length);
  },
);

it("covers a failure in each phase, and each verb of each vendor", () => {
  const tries = triesOfMatrix("some", vendorIds, here);
  expect(new Set(tries.map(({ wrong }) => wrong))).toEqual(new Set(here));
  expect(new Set(here.map(({ phase }) => phase))).toEqual(new Set(cases.map(({ phase }) => phase)));
  expect(new Set(tries.map(({ act }) => act))).toEqual(new Set(acts));
});
