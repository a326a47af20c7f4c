import { expect, it } from "vitest";
import { vendorIds } from "../../src/domain/vendor.ts";
import { endName, endTries, tryEnds } from "./ends.ts";

// A few of them here; `npm run faults` tries each thing that can go wrong at each vendor.
it.concurrent.each(vendorIds)(
  "whatever goes wrong at an end at %s, it comes once and never over somebody else",
  { timeout: 60_000 },
  async (vendor) => {
    const tries = endTries("some", vendor).filter((_, at) => at % 4 === 0);
    const cells = await tryEnds(vendor, tries);
    const broken = cells.filter((cell) => cell.broken.length > 0);
    expect(broken.map((cell) => `${endName(cell)}: ${cell.broken.join("; ")}`)).toEqual([]);
    expect(cells).toHaveLength(tries.length);
  },
);
