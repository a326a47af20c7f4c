import type { RunApproval } from "../../domain/changes/approval.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { runNoun, type Run, type RunRequester } from "../../domain/runs/run.ts";
import { needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import { withdrawable } from "../approval/withdraw.ts";
import { claimFailBack } from "../runs/fail-back.ts";
import type { Context } from "../shared/context.ts";
import { beginFailover, beginRoutes } from "./begin-failover.ts";
import { openRunApproval, requestRunApproval } from "./request-run-approval.ts";
import { beginningOf } from "./run-beginnings.ts";

/** The result of a confirmed failover: it has begun, or awaits approval as a whole. */
export type FailoverSubmission =
  | { readonly kind: "begun"; readonly run: Run }
  | { readonly kind: "asked"; readonly approval: RunApproval };

/**
 * Begins a failover as it was shown, or asks for its approval if it needs one. `seen` are the other requests for its plan
 * that the preview showed. Throws what `beginFailover` and `requestRunApproval` throw.
 */
export async function submitFailover(
  ctx: Context,
  runId: string,
  by: RunRequester,
  seen?: readonly string[],
): Promise<FailoverSubmission> {
  await requireRoleAudited(ctx, "operator", "run failovers");
  return submit(ctx, runId, by, { seen, begin: beginFailover });
}

/** The same for a fail-back. Throws what `claimFailBack` and `requestRunApproval` throw. */
export async function submitFailBack(
  ctx: Context,
  runId: string,
  by: RunRequester,
  seen?: readonly string[],
): Promise<FailoverSubmission> {
  await requireRoleAudited(ctx, "operator", "take runs back");
  return submit(ctx, runId, by, { seen, begin: claimFailBack });
}

/** The same for a routes run. Throws what `beginRoutes` and `requestRunApproval` throw. */
export async function submitRoutes(
  ctx: Context,
  runId: string,
  by: RunRequester,
): Promise<FailoverSubmission> {
  await requireRoleAudited(ctx, "operator", "apply routes");
  return submit(ctx, runId, by, { seen: undefined, begin: beginRoutes });
}

async function submit(
  ctx: Context,
  runId: string,
  by: RunRequester,
  { seen, begin }: { readonly seen: readonly string[] | undefined; readonly begin: typeof beginFailover },
): Promise<FailoverSubmission> {
  const { steps } = await ctx.workspace.runs.get(runId);
  return steps.some(needsApproval)
    ? { kind: "asked", approval: await requestRunApproval(ctx, runId, by, seen) }
    : { kind: "begun", run: await begin(ctx, runId, by) };
}

/**
 * Begins a failover or fail-back as it was shown, but leaves out the numbers for which it needs an approval. A request for
 * the whole is withdrawn if it begins; while it is open, the preview may be older. Throws what beginning it and
 * `withdrawable` throw.
 */
export async function beginWithoutProtected(ctx: Context, runId: string, by: RunRequester): Promise<Run> {
  const { runs } = ctx.workspace;
  await requireRoleAudited(ctx, "operator", "run failovers");
  const shown = await runs.get(runId);
  const { refused, check, begin } = beginningOf(shown.kind);
  const request = await openRunApproval(ctx, runId);
  try {
    await check(ctx, shown, by, request);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: refused }, error);
    throw error;
  }
  const withdraws = request && (await withdrawable(ctx, request.id)).withdrawal;
  const id = ctx.newId("run");
  await runs.show({ ...copyOf(shown), id, by, steps: shown.steps.map((step) => leftOut(ctx, shown, step)) });
  try {
    return await begin(ctx, id, by, { withdraws });
  } catch (error) {
    // Says how the request was decided, if somebody did that meanwhile.
    if (withdraws && isProblem(error, "already_requested")) await withdrawable(ctx, withdraws.id);
    throw error;
  }
}

const copyOf = ({ kind, incident, returns, terms }: Run) => ({ kind, incident, returns, terms });

/** A step as another run has it, which changes no protected number. */
function leftOut(ctx: Context, { kind }: Run, step: RunStep): RunStep {
  const changeId = ctx.newId("chg");
  if (!needsApproval(step)) return { ...step, changeId };
  const { change: _left, approval: _needed, ...rest } = step;
  const why = `This number is protected, and this ${runNoun(kind)} leaves it out.`;
  return { ...rest, changeId, verdict: { kind: "held", by: "protection", why } };
}
