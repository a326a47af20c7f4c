import { expect, it } from "vitest";
import { vendorIds } from "../../src/domain/vendor.ts";
import { revertName, revertTries, tryReverts } from "./reverts.ts";

// A few of them here; `npm run faults` tries each thing that can go wrong at each vendor.
it.concurrent.each(vendorIds)(
  "whatever goes wrong as an incident is reverted at %s, it is done once and never over somebody else",
  { timeout: 60_000 },
  async (vendor) => {
    const tries = revertTries("some", vendor).filter((_, at) => at % 4 === 0);
    const cells = await tryReverts(vendor, tries);
    const broken = cells.filter((cell) => cell.broken.length > 0);
    expect(broken.map((cell) => `${revertName(cell)}: ${cell.broken.join("; ")}`)).toEqual([]);
    expect(cells).toHaveLength(tries.length);
  },
);
