import { expect, it } from "vitest";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { bulk } from "./bulk/bulk.ts";
import { ends } from "./ends/ends.ts";
import { reverts } from "./reverts/reverts.ts";
import { brokenLines, triesOf, tryAll, type Story } from "./story.ts";

// A few of them. `npm run faults` tries every fault at every vendor, and CI a larger part.
async function broken<Seen>(story: Story<Seen>, vendor: VendorId, every: number): Promise<string[]> {
  const tries = triesOf(story, "some", vendor).filter((_, at) => at % every === 0);
  const told = await tryAll(story, vendor, tries);
  if (told.length === 0 || told.length !== tries.length) return [`${told.length} of ${tries.length} told`];
  return brokenLines(told);
}

it.each(vendorIds)(
  "reverts once and never overwrites another change, whatever fails at an expiry at %s",
  { timeout: 60_000 },
  async (vendor) => expect(await broken(ends, vendor, 28)).toEqual([]),
);

it.each(vendorIds)(
  "reverts an incident once and never overwrites another change, whatever fails at %s",
  { timeout: 60_000 },
  async (vendor) => expect(await broken(reverts, vendor, 32)).toEqual([]),
);

it.each(vendorIds)(
  "sends no step twice and continues with the rest of a bulk revert, whatever fails at %s",
  { timeout: 60_000 },
  async (vendor) => expect(await broken(bulk, vendor, 16)).toEqual([]),
);
