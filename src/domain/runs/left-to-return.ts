import { isPlanned, type ResultStep, type Verdict } from "./run-step.ts";
import type { Run } from "./run.ts";

/** Why a number was not put back, and could be later. What else is left was changed since, or never can be put back. */
const passing: ReadonlySet<Verdict["kind"]> = new Set(["held", "unread", "unknown", "ruled_out"]);
/** Refusals that mean that a number is not as the failover left it. */
const moved: ReadonlySet<string | undefined> = new Set(["conflict", "nothing_to_change"]);

/**
 * The numbers that a fail-back has left as the failover made them, so that another fail-back has to put them back: they were
 * frozen, for example, or their vendor did not answer. Also those of which nobody knows: what is found out later may be that
 * they were not put back.
 */
export function leftToReturn({ kind, steps }: Pick<Run, "kind" | "steps">): readonly ResultStep[] {
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
