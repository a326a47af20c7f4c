import type { SavedPlan } from "../../domain/failover/plan.ts";
import { problemsOf, type PlanStanding } from "../../domain/failover/standing.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { validateReason } from "../../domain/access/reason-rule.ts";
import type { RunApproval } from "../../domain/changes/approval.ts";
import { incidentKey } from "../../domain/changes/incident.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Run, RunRequester, RunTerms } from "../../domain/runs/run.ts";
import { pendingRunApprovals } from "../history/pending-approvals.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { planCover } from "../access/plan-cover.ts";
import type { Context } from "../shared/context.ts";
import { findRunBlockers } from "./run-blockers.ts";
import { standingReader } from "./plan-standing.ts";
import { planFailoverSteps } from "./plan-failover.ts";

/** How long a practice holds unless the person says otherwise, in milliseconds. */
const practiceMs = 5 * 60_000;

/** How a failover was asked for. */
interface FailoverOptions {
  readonly forMs?: number | undefined;
  readonly incident?: string | undefined;
  readonly reason?: string | undefined;
  /** Whether only the first tier is switched, and taken back by itself. */
  readonly isPractice?: boolean | undefined;
}

/** A failover as it is shown: what it would do with each number, and the rules that do not allow it. */
export interface FailoverPreview {
  readonly run: Run;
  readonly saved: SavedPlan;
  readonly blockers: readonly Blocker[];
  /** Whether the plan is ready, as far as this run goes. */
  readonly standing: PlanStanding;
  /** The open requests for other previews of the plan. */
  readonly waiting: readonly RunApproval[];
}

/**
 * Reads every number of a plan and stores what a failover would do, so that it can be confirmed exactly as shown. For
 * operators. Changes no number. Throws not_allowed, not_found, invalid_input and not_recorded.
 */
export async function createFailover(
  ctx: Context,
  slug: string,
  by: RunRequester,
  options: FailoverOptions,
): Promise<FailoverPreview> {
  await requireRoleAudited(ctx, "operator", "run failovers");
  const { workspace } = ctx;
  const { incident, isPractice = false } = options;
  const saved = await workspace.plans.get(slug);
  const key = incident === undefined ? undefined : incidentKey(incident);
  if (key !== undefined) await workspace.incidents.get(key);
  const { plan } = saved;
  await checkReasonFor(ctx, slug, options.reason);
  const tiers = isPractice ? plan.tiers.slice(0, 1) : plan.tiers;
  const cover = await planCover(ctx, saved);
  const steps = await planFailoverSteps(ctx, { ...saved, plan: { ...plan, tiers } }, cover);
  const id = ctx.newId("run");
  await workspace.runs.show({
    id,
    kind: isPractice ? "practice" : "failover",
    by,
    incident: key,
    steps,
    terms: isPractice ? practiceTermsOf(saved, options) : termsOf(saved, options),
  });
  return previewOf(ctx, await workspace.runs.get(id), saved);
}

/** Throws invalid_input without a reason that the workspace requires: a preview has no input for it. */
async function checkReasonFor(ctx: Context, slug: string, reason: string | undefined): Promise<void> {
  const fault = validateReason(reason, (await ctx.workspace.settings.read()).reason);
  if (fault === undefined) return;
  const words = `${fault} Add it to the command: /number failover ${slug} because …`;
  throw new Problem("invalid_input", words, { field: "reason" });
}

/**
 * A failover as it was shown, with the rules as they are now. Reads no number of the plan again. For operators. Throws
 * not_allowed and not_found.
 */
export async function loadFailover(ctx: Context, runId: string): Promise<FailoverPreview> {
  await requireRoleAudited(ctx, "operator", "run failovers");
  const { plans, runs } = ctx.workspace;
  const run = await runs.get(runId);
  return previewOf(ctx, run, await plans.get(run.terms.plan?.slug ?? ""));
}

async function previewOf(ctx: Context, run: Run, saved: SavedPlan): Promise<FailoverPreview> {
  const [blockers, standingNow, waiting] = await Promise.all([
    findRunBlockers(ctx, run.steps),
    standingReader(ctx),
    pendingRunApprovals(ctx, run),
  ]);
  const { plan } = saved;
  const part = { ...saved, plan: { ...plan, tiers: plan.tiers.slice(0, run.terms.tiers.length) } };
  const standing = await standingNow(part, { problems: problemsOf(run.steps, blockers) });
  return { run, saved, blockers, standing, waiting };
}

function termsOf(
  { plan, revision }: SavedPlan,
  { forMs, reason }: Pick<FailoverOptions, "forMs" | "reason">,
): RunTerms {
  const { slug, title, owner, stop, tiers, atEnd, defaultForMs } = plan;
  return {
    reason,
    plan: { slug, revision, title, owner },
    tiers: tiers.map(({ name, askBeforeNext, awaitsFirstCall }) => ({
      name,
      askBeforeNext,
      awaitsFirstCall,
    })),
    stop: { inARow: stop.inARow, ofATier: stop.percentOfTier / 100, atLeast: stop.atLeast },
    forMs: forMs ?? defaultForMs,
    atEnd,
  };
}

/** Only the first tier, which is taken back by itself. */
function practiceTermsOf(saved: SavedPlan, options: FailoverOptions): RunTerms {
  const terms = termsOf(saved, options);
  const tiers = terms.tiers.slice(0, 1).map(({ name }) => ({ name }));
  return { ...terms, tiers, forMs: options.forMs ?? practiceMs, atEnd: "fail_back" };
}
