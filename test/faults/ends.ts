import { cases } from "./cases.ts";
import { endInvariants } from "./end-invariants.ts";
import type { Story } from "./story.ts";
import { tryEnd, type SeenEnd } from "./try-end.ts";

const longerThanAnEnd = 26 * 60 * 60_000;

/** The end of a change that ends by itself: all can go wrong that can at a change, but for its form. */
export const ends: Story<SeenEnd> = {
  name: "the end",
  all: "ends of changes",
  cases: cases.filter(({ phase }) => phase !== "form"),
  invariants: endInvariants,
  attempt: tryEnd,
  recover: async (matrix) => matrix.restart(longerThanAnEnd),
};
