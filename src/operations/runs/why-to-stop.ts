import type { PauseReason } from "../../domain/runs/pause.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { ResultStep } from "../../domain/runs/run-step.ts";
import { stopReason } from "../../domain/runs/stop-rule.ts";

/** Why a run has to pause because of a tier, by its own limits. Only failures since somebody continued it count. */
export function whyToStop(
  { terms: { stop, tiers }, status }: Omit<Run, "steps">,
  steps: readonly ResultStep[],
  tier: number,
): PauseReason | undefined {
  if (!stop) return undefined;
  const ofTier = steps.filter((step) => step.tier === tier);
  const results = ofTier
    .flatMap(({ result }) => (result && (result.resumes ?? 0) >= status.resumes ? [result] : []))
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  return stopReason({ results, size: ofTier.length, isCanary: tier === 0 && tiers.length > 1 }, stop);
}
