import { cases } from "../cases.ts";
import { revertInvariants } from "./revert-invariants.ts";
import type { Story } from "../story.ts";
import { tryRevert, type SeenRevert } from "./try-revert.ts";

/** The incident revert of one change. */
export const reverts: Story<SeenRevert> = {
  name: "the revert",
  all: "reverts of incidents",
  cases,
  invariants: revertInvariants,
  speed: 20,
  attempt: tryRevert,
  recover: async (matrix) => {
    matrix.harness.vendors[matrix.vendor].clearFaults();
    await matrix.restart();
  },
};
