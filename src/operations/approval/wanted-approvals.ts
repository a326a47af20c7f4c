import type { ApprovalCount } from "../../domain/access/protection.ts";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { needsApproval, type ResultStep } from "../../domain/runs/run-step.ts";
import { readPolicy } from "../access/policy.ts";
import type { Context } from "../shared/context.ts";

/** How many approvals the steps of a run want that need one: as many as the number that wants the most. */
export async function wantedByRun(
  ctx: Context,
  { steps }: { readonly steps: readonly ResultStep[] },
): Promise<ApprovalCount> {
  const policy = await readPolicy(ctx);
  return steps.some((step) => needsApproval(step) && policy(step.key).approvals === 2) ? 2 : 1;
}

/**
 * How many approvals a request wants: as many as when it was made, and more if a protection wants more now. A protection that
 * wants less by now does not change what people were asked for. Throws not_allowed if protections cannot be read.
 */
export async function wantedNow(ctx: Context, approval: Approval): Promise<ApprovalCount> {
  if (approval.wanted === 2) return 2;
  if (isRunApproval(approval)) return wantedByRun(ctx, await ctx.workspace.runs.get(approval.asked.runId));
  return (await readPolicy(ctx))(approval.asked.key).approvals || 1;
}
