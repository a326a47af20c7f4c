import type { Run, RunState } from "./run.ts";

/** The states in which a failover can be taken back. */
const returnableStates: ReadonlySet<RunState> = new Set(["paused", "held", "stopped"]);

/** Whether a run is a failover that can be taken back. */
export function isReturnable({ kind, state }: Pick<Run, "kind" | "state">): boolean {
  return (kind === "failover" || kind === "practice") && returnableStates.has(state);
}

/** The fail-backs that concern what the message about a run offers. */
export interface RelatedRuns {
  /** Of a failover: its newest fail-back, unless that is over. */
  readonly back?: Pick<Run, "state">;
  /** Of a fail-back that was stopped: whether its failover can be taken back again, and no newer fail-back does that. */
  readonly canReturn?: boolean;
}
