import { isPlanned, type ResultStep, type Verdict } from "./run-step.ts";
import type { Run } from "./run.ts";

/** Why a number was not put back, and could be later. What else is left was changed since, or never can be put back. */
const passing: ReadonlySet<Verdict["kind"]> = new Set(["held", "unread", "unknown", "ruled_out"]);
/** Refusals that mean that a number is not as the failover left it. */
const moved: ReadonlySet<string | undefined> = new Set(["conflict", "nothing_to_change"]);

/**
 * The numbers that a fail-back has left as the failover made them, so that another fail-back has to put them back: they were
 * frozen, for example, or their vendor did not answer. An outcome that is unknown is found out without a fail-back.
 */
export function leftToReturn({ kind, steps }: Pick<Run, "kind" | "steps">): readonly ResultStep[] {
  if (kind !== "back") return [];
  return steps.filter((step) => {
    if (step.isUnreadable) return false;
    const { verdict, result } = step;
    if (!isPlanned(step)) return passing.has(verdict.kind);
    return result === undefined || (result.outcome === "refused" && !moved.has(result.code));
  });
}
