import { expect, it } from "vitest";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { bulk } from "./bulk/bulk.ts";
import { triesOfMatrix } from "./changes/matrix.ts";
import { ends } from "./ends/ends.ts";
import { failovers } from "./failovers/failovers.ts";
import { reverts } from "./reverts/reverts.ts";
import { triesOf, type Story, type Try } from "./story.ts";

type Tries = (vendor: VendorId) => readonly Try[];

const ofStory =
  <Seen>(story: Story<Seen>): Tries =>
  (vendor) =>
    triesOf(story, "all", vendor);

const [failover, failBack] = failovers;
const kinds: readonly (readonly [string, Tries])[] = [
  ["expiries", ofStory(ends)],
  ["reverts of an incident", ofStory(reverts)],
  ["reverts of many", ofStory(bulk)],
  ["failovers", ofStory(failover)],
  ["fail-backs", ofStory(failBack)],
];

it.each(kinds)("has the same %s at every vendor", (_kind, tries) => {
  const [first, ...others] = vendorIds.map((vendor) => tries(vendor).map(({ wrong }) => wrong));
  expect(first).not.toEqual([]);
  for (const other of others) expect(other).toEqual(first);
});

it("has every fault of a change with every verb that a vendor knows", () => {
  const verbs = (vendor: VendorId): readonly string[] =>
    [...new Set(triesOfMatrix("all", [vendor]).map(({ act }) => act.verb))].toSorted();
  const faults = (vendor: VendorId, verb: string): number =>
    triesOfMatrix("all", [vendor]).filter(({ act }) => act.verb === verb).length;
  const [count] = vendorIds.map((vendor) => faults(vendor, "reassign"));
  for (const vendor of vendorIds) {
    expect(verbs(vendor)).toEqual(expect.arrayContaining(["detach", "reassign", "rename", "undo"]));
    for (const verb of verbs(vendor))
      expect([vendor, verb, faults(vendor, verb)]).toEqual([vendor, verb, count]);
  }
});
