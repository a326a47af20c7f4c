import { z } from "zod";
import { formatDuration } from "../shared/duration.ts";

/** What a rule demands of a set of numbers. */
export const demand = z.discriminatedUnion("kind", [
  /** At least this many keep an agent, or something else that answers. */
  z.object({ kind: z.literal("keep_agent"), atLeast: z.int().min(1) }),
  /** At least this many stay on one agent. */
  z.object({
    kind: z.literal("stay_on"),
    atLeast: z.int().min(1),
    agentId: z.string(),
    agentName: z.string(),
  }),
  /** At most this many, or this part of them, are on one agent: more callers than it can serve reach nobody. */
  z.object({
    kind: z.literal("at_most"),
    atMost: z.union([z.object({ numbers: z.int().min(0) }), z.object({ percent: z.int().min(0).max(100) })]),
    agentId: z.string(),
    agentName: z.string(),
  }),
  /** Two runs on the same number are at least so far apart, in milliseconds. Evaluated for runs only. */
  z.object({ kind: z.literal("wait"), ms: z.int().min(0) }),
  /** The first tier of a run switches at most so many numbers. Evaluated for runs only. */
  z.object({ kind: z.literal("canary_first"), atMost: z.int().min(1) }),
]);
export type Demand = Readonly<z.infer<typeof demand>>;
/** A demand about the agents of numbers: every change is checked against it. */
export type AgentDemand = Exclude<Demand, { readonly kind: "wait" | "canary_first" }>;

/** What a rule demands, as a sentence. */
export function demandText(wanted: Demand): string {
  switch (wanted.kind) {
    case "keep_agent":
      return `at least ${wanted.atLeast} keep an agent`;
    case "stay_on":
      return `at least ${wanted.atLeast} stay on ${wanted.agentName}`;
    case "at_most": {
      const { atMost } = wanted;
      return `at most ${"numbers" in atMost ? atMost.numbers : `${atMost.percent} %`} on ${wanted.agentName}`;
    }
    case "wait":
      return `runs are ${formatDuration(wanted.ms)} apart`;
    case "canary_first":
      return `at most ${wanted.atMost} in the first tier of a run`;
  }
}
