import { isPlanned, type ResultStep, type Verdict } from "./run-step.ts";
import type { Run, RunState } from "./run.ts";

/** The states in which a failover can be taken back. */
const failBackStates: ReadonlySet<RunState> = new Set(["paused", "held", "stopped"]);

/** Whether a run is a failover that can be taken back. */
export function mayFailBack({ kind, state }: Pick<Run, "kind" | "state">): boolean {
  return (kind === "failover" || kind === "practice") && failBackStates.has(state);
}

/** The fail-backs that concern what the message about a run offers. */
export interface RelatedRuns {
  /** Of a failover: its newest fail-back, unless that is over. */
  readonly back?: Pick<Run, "state">;
  /** Of a fail-back that was stopped: whether its failover can be taken back again, and no newer fail-back does that. */
  readonly canFailBack?: boolean;
}

/** Why a number was not put back, and could be later. What else is left was changed since, or never can be put back. */
const passing: ReadonlySet<Verdict["kind"]> = new Set(["held", "unread", "unknown", "ruled_out"]);
/** Refusals that mean that a number is not as the failover left it. */
const moved: ReadonlySet<string | undefined> = new Set(["conflict", "nothing_to_change"]);

/**
 * The numbers that a fail-back has left as the failover made them, so that another fail-back has to put them back: they were
 * frozen, for example, or their vendor did not answer. Also those of which nobody knows: what is found out later may be that
 * they were not put back.
 */
export function leftToFailBack({ kind, steps }: Pick<Run, "kind" | "steps">): readonly ResultStep[] {
  if (kind !== "back") return [];
  return steps.filter((step) => {
    if (step.isUnreadable) return false;
    const { verdict, result, foundOfLast } = step;
    // It was never switched.
    if (verdict.kind === "unknown" && foundOfLast === "refused") return false;
    if (!isPlanned(step)) return passing.has(verdict.kind);
    const isMoved = result?.outcome === "refused" && moved.has(result.code);
    return result?.outcome !== "applied" && !isMoved;
  });
}
