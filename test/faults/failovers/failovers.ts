import { failoverCases } from "./failover-cases.ts";
import { failoverInvariants } from "./failover-invariants.ts";
import type { Story } from "../story.ts";
import { tryFailover, type SeenFailover } from "./try-failover.ts";

const storyOf = (kind: "failover" | "back"): Story<SeenFailover> => ({
  name: kind === "back" ? "the fail-back" : "the failover",
  all: kind === "back" ? "fail-backs" : "failovers",
  cases: failoverCases,
  invariants: failoverInvariants,
  speed: 20,
  // A busy machine must not look like a slow vendor.
  patienceMs: 1500,
  attempt: async (matrix, act, wrong) => tryFailover(matrix, act, wrong, kind),
  recover: async (matrix) => {
    matrix.lift();
    await matrix.restart();
  },
});

/** A failover by a plan in two tiers, and its fail-back. */
export const failovers = [storyOf("failover"), storyOf("back")] as const;
