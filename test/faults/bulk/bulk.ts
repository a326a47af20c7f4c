import { bulkCases } from "./bulk-cases.ts";
import { bulkInvariants } from "./bulk-invariants.ts";
import type { Story } from "../story.ts";
import { tryBulk, type SeenBulk } from "./try-bulk.ts";

/** The incident revert of many changes, slowed down by the account's rate limit. */
export const bulk: Story<SeenBulk> = {
  name: "the revert of many changes",
  all: "reverts of incidents of many changes",
  cases: bulkCases,
  invariants: bulkInvariants,
  speed: 20,
  // A busy machine must not look like a slow vendor.
  patienceMs: 1500,
  attempt: tryBulk,
  recover: async (matrix) => {
    matrix.lift();
    await matrix.restart();
  },
};
