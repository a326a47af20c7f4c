import type { Mapping } from "../../domain/alerts/hook.ts";
import type { Proposal, ProposalPreview } from "../../domain/alerts/proposal.ts";
import { problemsOf, standingText } from "../../domain/failover/standing.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { isPlanned, needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import { verdictCounts } from "../../domain/runs/verdict-counts.ts";
import { planCover } from "../access/plan-cover.ts";
import { planFailoverSteps } from "../failover/plan-failover.ts";
import { standingReader } from "../failover/plan-standing.ts";
import { findRunBlockers } from "../failover/run-blockers.ts";
import { planChange, readSurroundings } from "../runs/plan-change.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";

/**
 * What a proposal would do now: each of its numbers is read live. Changes nothing. A plan that is gone, and rules that cannot
 * be read, are part of the answer.
 */
export async function previewProposal(ctx: Context, { mapping }: Proposal): Promise<ProposalPreview> {
  const at = ctx.now().toISOString();
  try {
    const { proposes } = mapping;
    return {
      ...(await (proposes.kind === "plan" ? ofPlan(ctx, proposes.plan) : ofNumbers(ctx, proposes))),
      at,
    };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const isGone = error.code === "not_found";
    return { counts: "", canSwitch: false, gone: error.message, isGone, at };
  }
}

async function ofPlan(ctx: Context, slug: string): Promise<Omit<ProposalPreview, "at">> {
  const saved = await ctx.workspace.plans.get(slug);
  const steps = await planFailoverSteps(ctx, saved, await planCover(ctx, saved));
  const blockers = await blockersForPeople(ctx, steps);
  const standing = await (await standingReader(ctx))(saved, { problems: problemsOf(steps, blockers) });
  return { ...countsOf(steps), standing: standingText(standing) };
}

/** A closed gate stops programs. Here a person will press the button. */
async function blockersForPeople(ctx: Context, steps: readonly RunStep[]) {
  try {
    return await findRunBlockers(ctx, steps);
  } catch (error) {
    if (isProblem(error, "ruled_out")) return [];
    throw error;
  }
}

async function ofNumbers(
  asking: Context,
  { numbers, agentId }: Extract<Mapping["proposes"], { readonly kind: "reassign" }>,
): Promise<Omit<ProposalPreview, "at">> {
  const ctx = derivedContext(asking, { lookedUp: new Map() });
  const around = await readSurroundings(ctx, (_key, wanted) => (wanted > 0 ? "run" : undefined));
  const change = { kind: "reassign", agentId } as const;
  const steps: RunStep[] = [];
  for (const { connectionId, numberId } of numbers)
    steps.push(await planChange(ctx, { connectionId, numberId, change, tier: 0 }, around));
  return countsOf(steps);
}

function countsOf(steps: readonly RunStep[]): Pick<ProposalPreview, "counts" | "canSwitch"> {
  const counts = new Map<string, number>();
  for (const { verdict } of steps.filter((step) => !needsApproval(step)))
    counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
  return {
    counts: verdictCounts(counts, steps.filter(needsApproval).length),
    canSwitch: steps.some(isPlanned),
  };
}
