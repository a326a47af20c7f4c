import { cases } from "../cases.ts";
import { endInvariants } from "./end-invariants.ts";
import type { Story } from "../story.ts";
import { tryEnd, type SeenEnd } from "./try-end.ts";

const longerThanAnEnd = 26 * 60 * 60_000;

/** The expiry of a temporary change, with all faults that a change can have, except those of its form. */
export const ends: Story<SeenEnd> = {
  name: "the expiry",
  all: "ends of changes",
  cases: cases.filter(({ phase }) => phase !== "form"),
  invariants: endInvariants,
  attempt: tryEnd,
  recover: async (matrix) => matrix.restart(longerThanAnEnd),
};
