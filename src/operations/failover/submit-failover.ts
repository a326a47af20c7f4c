import type { RunApproval } from "../../domain/changes/approval.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Run, RunRequester } from "../../domain/runs/run.ts";
import { needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import { withdrawable } from "../approval/decide-approval.ts";
import type { Context } from "../shared/context.ts";
import { beginFailover, checkIsAsShown } from "./begin-failover.ts";
import { openRunApproval, requestRunApproval } from "./request-run-approval.ts";

/** The result of a confirmed failover: it has begun, or awaits approval as a whole. */
export type FailoverSubmission =
  | { readonly kind: "begun"; readonly run: Run }
  | { readonly kind: "asked"; readonly approval: RunApproval };

/**
 * Begins a failover as it was shown, or asks for its approval if it needs one. Throws what `beginFailover` and
 * `requestRunApproval` throw.
 */
export async function submitFailover(
  ctx: Context,
  runId: string,
  by: RunRequester,
  seen: readonly string[] = [],
): Promise<FailoverSubmission> {
  await requireRoleAudited(ctx, "operator", "run failovers");
  const { steps } = await ctx.workspace.runs.get(runId);
  return steps.some(needsApproval)
    ? { kind: "asked", approval: await requestRunApproval(ctx, runId, by, seen) }
    : { kind: "begun", run: await beginFailover(ctx, runId, by) };
}

/**
 * Begins a failover as it was shown, but leaves out the numbers for which it needs an approval. A request for the whole
 * is withdrawn if it begins; while it is open, the preview may be older. Throws what `beginFailover` and `withdrawable` throw.
 */
export async function beginWithoutProtected(ctx: Context, runId: string, by: RunRequester): Promise<Run> {
  await requireRoleAudited(ctx, "operator", "run failovers");
  const { runs } = ctx.workspace;
  const shown = await runs.get(runId);
  const request = await openRunApproval(ctx, runId);
  try {
    await checkIsAsShown(ctx, shown, by, request);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "run a failover" }, error);
    throw error;
  }
  const withdraws = request && (await withdrawable(ctx, request.id)).withdrawal;
  const { kind, incident, terms, steps } = shown;
  const id = ctx.newId("run");
  await runs.show({ id, kind, incident, by, terms, steps: steps.map((step) => leftOut(ctx, step)) });
  try {
    return await beginFailover(ctx, id, by, { withdraws });
  } catch (error) {
    // Says how the request was decided, if somebody did that meanwhile.
    if (withdraws && isProblem(error, "already_requested")) await withdrawable(ctx, withdraws.id);
    throw error;
  }
}

/** A step as another run has it, which changes no protected number. */
function leftOut(ctx: Context, step: RunStep): RunStep {
  const changeId = ctx.newId("chg");
  if (!needsApproval(step)) return { ...step, changeId };
  const { change: _left, approval: _needed, ...rest } = step;
  const why = "This number is protected, and this failover leaves it out.";
  return { ...rest, changeId, verdict: { kind: "held", by: "protection", why } };
}
