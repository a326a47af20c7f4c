import { firstCallsMs } from "../changes/first-call.ts";
import { isLeft, isPlanned, type ResultStep, type RunStep } from "./run-step.ts";
import type { Run } from "./run.ts";

/**
 * Whether somebody has to look before what follows a tier, and nobody has yet. A tier whose numbers were all so before, as in
 * a second fail-back, has nothing to look at.
 */
export function hasToAsk(
  { terms, status, steps }: Pick<Run, "terms" | "status" | "steps">,
  tier: number,
): boolean {
  const isPassed = (status.passedTier ?? -1) >= tier;
  const isOfInterest = steps.some((step) => step.tier === tier && step.verdict.kind !== "already_so");
  return terms.tiers[tier]?.askBeforeNext === true && isOfInterest && !isPassed && steps.some(isLeft);
}

/** Whether a first call has to prove a tier before what follows it, and none has yet. */
export function hasToBeCalled(run: Pick<Run, "terms" | "status" | "steps">, tier: number): boolean {
  const { terms, status, steps } = run;
  const passed = Math.max(status.passedTier ?? -1, status.provedTier ?? -1);
  const isAwaited = terms.tiers[tier]?.awaitsFirstCall === true && awaitsCallOf(run, tier);
  return isAwaited && passed < tier && steps.some(isLeft);
}

/** The steps that took effect and of which one has to be called before what follows a tier; none if nobody waits. */
export function awaitedSteps(
  run: Pick<Run, "terms" | "status" | "steps">,
  tier: number,
): readonly ResultStep[] {
  if (!hasToBeCalled(run, tier)) return [];
  return run.steps.filter(
    (step) => step.tier === tier && step.awaitsCall && step.result?.outcome === "applied",
  );
}

/** The tier whose first call a running run waits for now, and until when; undefined if it waits for none. */
export function awaitedTier(
  run: Pick<Run, "state" | "terms" | "status" | "steps">,
): { readonly tier: number; readonly name: string; readonly until: Date } | undefined {
  const { state, terms, status, steps } = run;
  if (state !== "running") return undefined;
  const canGoOn = ({ key }: RunStep): boolean => !Object.hasOwn(status.connections, key.connectionId);
  for (const [tier, { name }] of terms.tiers.entries()) {
    if (steps.some((step) => step.tier === tier && isLeft(step) && canGoOn(step))) return undefined;
    const awaited = awaitedSteps(run, tier);
    if (awaited.length > 0) return { tier, name, until: new Date(lastResultMs(awaited) + firstCallsMs) };
  }
  return undefined;
}

/** Since when a run has waited for a first call to a tier: UTC, ISO 8601; undefined if it waits for none. */
export function awaitedSince(run: Run, tier: number): string | undefined {
  const awaited = awaitedSteps(run, tier);
  return awaited.length === 0 ? undefined : new Date(lastResultMs(awaited)).toISOString();
}

function lastResultMs(steps: readonly ResultStep[]): number {
  return Math.max(...steps.map(({ result }) => Date.parse(result?.at ?? "") || 0));
}

/** Whether a run will wait for a first call to a tier. */
export function awaitsCallOf({ steps }: Pick<Run, "steps">, tier: number): boolean {
  return steps.some((step) => step.tier === tier && isPlanned(step) && step.awaitsCall);
}

/** Says that a tier cannot wait for first calls to all of its numbers, as a sentence; undefined if it can, or need not. */
export function unseenText(
  { terms, steps }: Pick<Run, "terms" | "steps">,
  tier: number,
  escaped: (name: string) => string = (name) => name,
): string | undefined {
  if (terms.tiers[tier]?.awaitsFirstCall !== true || tier >= terms.tiers.length - 1) return undefined;
  const unseen = steps.filter((step) => step.tier === tier && isPlanned(step) && !step.awaitsCall);
  if (unseen.length === 0) return undefined;
  const where = [...new Set(unseen.map(({ connection }) => escaped(connection)))].join(", ");
  return `Patchbay cannot see who answers calls at ${where}, so the run does not wait for first calls there.`;
}

/** How `waitText` writes names and times outside of Slack. */
export const plainWords = {
  name: (text: string): string => text,
  time: (at: Date): string => at.toISOString(),
};

/** Which first call a run waits for now, as a sentence; undefined if it waits for none. */
export function waitText(
  run: Pick<Run, "state" | "terms" | "status" | "steps">,
  { name, time }: { name(text: string): string; time(at: Date): string },
): string | undefined {
  const awaited = awaitedTier(run);
  if (!awaited) return undefined;
  return `Waits until the new agent answers a first call to tier ${name(awaited.name)}, at most until ${time(awaited.until)}. A test call is enough.`;
}
