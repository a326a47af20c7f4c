import { bulkCases } from "./bulk-cases.ts";
import { bulkInvariants } from "./bulk-invariants.ts";
import type { Story } from "./story.ts";
import { tryBulk, type SeenBulk } from "./try-bulk.ts";

/** The revert of an incident of many changes, paced by the account's limit. */
export const bulk: Story<SeenBulk> = {
  name: "the revert of many",
  all: "reverts of incidents of many changes",
  cases: bulkCases,
  invariants: bulkInvariants,
  speed: 20,
  // A busy machine is not to be taken for a slow vendor.
  patienceMs: 1500,
  attempt: tryBulk,
  recover: async (matrix) => {
    matrix.lift();
    await matrix.restart();
  },
};
