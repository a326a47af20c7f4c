import { expect, it } from "vitest";
import type { VendorId } from "../../src/domain/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { bulk } from "./bulk.ts";
import { ends } from "./ends.ts";
import { reverts } from "./reverts.ts";
import { brokenLines, triesOf, tryAll, type Story } from "./story.ts";

// A few of them here; `npm run faults` tries each thing that can go wrong at each vendor.
async function broken<Seen>(story: Story<Seen>, vendor: VendorId, every: number): Promise<string[]> {
  const tries = triesOf(story, "some", vendor).filter((_, at) => at % every === 0);
  const told = await tryAll(story, vendor, tries);
  if (told.length === 0 || told.length !== tries.length) return [`${told.length} of ${tries.length} told`];
  return brokenLines(told);
}

it.each(vendorIds)(
  "whatever goes wrong at an end at %s, it comes once and never over somebody else",
  { timeout: 60_000 },
  async (vendor) => expect(await broken(ends, vendor, 8)).toEqual([]),
);

it.each(vendorIds)(
  "whatever goes wrong as an incident is reverted at %s, it is done once and never over somebody else",
  { timeout: 60_000 },
  async (vendor) => expect(await broken(reverts, vendor, 8)).toEqual([]),
);

it.each(vendorIds)(
  "whatever goes wrong as many numbers are put back at %s, no step is sent twice and the rest goes on",
  { timeout: 60_000 },
  async (vendor) => expect(await broken(bulk, vendor, 5)).toEqual([]),
);
