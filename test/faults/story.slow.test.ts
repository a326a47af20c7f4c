import { expect, it } from "vitest";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { bulk } from "./bulk/bulk.ts";
import { ends } from "./ends/ends.ts";
import { reverts } from "./reverts/reverts.ts";
import { brokenLines, triesOf, tryAll, type Story } from "./story.ts";

/** Tries a newer change, and two faults from the next part of the story at each vendor. Returns what broke. */
async function broken<Seen>(story: Story<Seen>, vendor: VendorId): Promise<string[]> {
  const all = triesOf(story, "all", vendor);
  const first = Math.floor((all.length * vendorIds.indexOf(vendor)) / vendorIds.length);
  const tries = all.filter(({ wrong }, at) => at === first || at === first + 1 || wrong.newerBefore);
  const told = await tryAll(story, vendor, tries);
  if (told.length === 0 || told.length !== tries.length) return [`${told.length} of ${tries.length} told`];
  return brokenLines(told);
}

const stories = [
  {
    what: "reverts once and never overwrites another change, whatever fails at an expiry",
    brokenAt: async (vendor: VendorId) => broken(ends, vendor),
  },
  {
    what: "reverts an incident once and never overwrites another change, whatever fails",
    brokenAt: async (vendor: VendorId) => broken(reverts, vendor),
  },
  {
    what: "sends no step twice and continues with the rest of a bulk revert, whatever fails",
    brokenAt: async (vendor: VendorId) => broken(bulk, vendor),
  },
];

// The stories take turns at the vendors. `npm run faults` tries every fault at every vendor, and CI a larger part.
const here = vendorIds.flatMap((vendor, column) =>
  stories.filter((_, row) => column % stories.length === row).map((story) => ({ ...story, vendor })),
);

it.each(here)("$what at $vendor", { timeout: 60_000 }, async ({ brokenAt, vendor }) => {
  expect(await brokenAt(vendor)).toEqual([]);
});

it("tells each story, and one at each vendor", () => {
  expect(new Set(here.map(({ what }) => what))).toEqual(new Set(stories.map(({ what }) => what)));
  expect(here.map(({ vendor }) => vendor)).toEqual(vendorIds);
});
