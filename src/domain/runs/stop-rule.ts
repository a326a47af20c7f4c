import { z } from "zod";
import type { StepResult } from "./run-step.ts";

/** When a run pauses because of failures. */
export const stopLimits = z.object({
  inARow: z.number().int().min(1),
  /** A share of the tier, from 0 to 1, and the fewest failures that count as such a share. */
  ofATier: z.number().min(0).max(1),
  atLeast: z.number().int().min(1),
});
export type StopLimits = Readonly<z.infer<typeof stopLimits>>;

/** Refusals that say nothing about the run: somebody decided so, nothing was to do, or it could be tried later. */
const harmless: ReadonlySet<string> = new Set([
  "nothing_to_change",
  "frozen",
  "conflict",
  "changed_since",
  "approval_required",
  "rate_limited",
  "left_out",
]);

/** A tier as the stop rule sees it. */
export interface TierSoFar {
  /** The results, in the order in which they came. */
  readonly results: readonly StepResult[];
  /** The number of steps that the tier has. */
  readonly size: number;
  /** Whether others follow that depend on it: then it may not fail at all. */
  readonly isCanary: boolean;
}

/** Why a run has to pause because of the failures in a tier; undefined if it may go on. */
export function stopReason(
  { results, size, isCanary }: TierSoFar,
  limits: StopLimits,
): "canary" | "in_a_row" | "of_a_tier" | undefined {
  const failed = results.filter(isFailure).length;
  if (isCanary) return failed > 0 ? "canary" : undefined;
  const inARow = results.length - 1 - results.findLastIndex((result) => !isFailure(result));
  if (inARow >= limits.inARow) return "in_a_row";
  const most = Math.max(limits.atLeast, Math.ceil(size * limits.ofATier));
  return failed >= most ? "of_a_tier" : undefined;
}

/** Whether a result counts as a failure. What is unknown may have gone wrong. */
export function isFailure({ outcome, code }: StepResult): boolean {
  if (outcome === "applied") return false;
  return outcome === "unknown" || code === undefined || !harmless.has(code);
}
