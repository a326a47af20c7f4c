import type { Fallback } from "../../domain/alerts/fallback.ts";
import type { Proposal } from "../../domain/alerts/proposal.ts";
import type { Run, RunState } from "../../domain/runs/run.ts";
import type { Runs } from "../../domain/runs/runs.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import { allIncidentChanges } from "../incident/incident-changes.ts";
import { planRevertSteps } from "../runs/plan-revert.ts";
import type { Context } from "../shared/context.ts";

/** The states of a run that can be taken back. */
const fallbackStates: ReadonlySet<RunState> = new Set(["held", "paused"]);

/**
 * What a proposal has switched and nobody has taken back, so that the way back can be offered. The numbers of a mapping
 * without a plan are read live. Undefined if there is nothing.
 */
export async function findFallback(ctx: Context, proposal: Proposal): Promise<Fallback | undefined> {
  const { incident, mapping } = proposal;
  if (mapping.proposes.kind === "plan") return runOf(ctx, mapping.proposes.plan);
  if (incident === undefined) return undefined;
  const mapped = new Set(mapping.proposes.numbers.map(({ numberId }) => numberId));
  const changes = (await allIncidentChanges(ctx, incident)).filter(({ requested }) =>
    mapped.has(requested.number?.numberId ?? ""),
  );
  if (changes.length === 0) return undefined;
  const numbers = (await planRevertSteps(ctx, changes)).filter(isPlanned).length;
  return numbers > 0 ? { kind: "changes", incident, numbers } : undefined;
}

/** Whether a proposal is for the plan with this slug. */
export function proposesPlan({ mapping: { proposes } }: Proposal, slug: string | undefined): boolean {
  return proposes.kind === "plan" && proposes.plan === slug;
}

/** The failover of its plan that is not over, or the fail-back of that. */
export async function liveRunFor(
  runs: Pick<Runs, "live">,
  { mapping: { proposes } }: Proposal,
): Promise<Omit<Run, "steps"> | undefined> {
  if (proposes.kind !== "plan") return undefined;
  return (await runs.live()).findLast(
    ({ kind, terms }) => (kind === "failover" || kind === "back") && terms.plan?.slug === proposes.plan,
  );
}

/** Whether a failover of its plan is still switching numbers. */
export async function isSwitching(ctx: Context, { mapping }: Proposal): Promise<boolean> {
  const { proposes } = mapping;
  if (proposes.kind !== "plan") return false;
  return (await ctx.workspace.runs.live()).some(
    ({ kind, state, terms }) =>
      kind === "failover" && state === "running" && terms.plan?.slug === proposes.plan,
  );
}

async function runOf(ctx: Context, plan: string): Promise<Fallback | undefined> {
  const { runs } = ctx.workspace;
  const live = (await runs.live()).findLast(
    ({ kind, state, terms }) => kind === "failover" && fallbackStates.has(state) && terms.plan?.slug === plan,
  );
  if (!live) return undefined;
  const { steps } = await runs.get(live.id);
  // A fail-back may have put some back.
  const numbers = steps.filter(
    (step) => isPlanned(step) && step.result?.outcome === "applied" && !step.isReleased,
  ).length;
  return numbers > 0 ? { kind: "run", runId: live.id, plan, numbers } : undefined;
}
