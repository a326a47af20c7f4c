import { approverOf, type RunApproval, type Withdrawal } from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { runNoun, type Run } from "../../domain/runs/run.ts";
import type { ApprovedDetails } from "../access/change-request.ts";
import { lostApprover } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { previewDigest } from "./preview-digest.ts";

/** What a run begins with: the approval of exactly this run, which may be older, or a request that it withdraws. */
export interface BeginRunOptions {
  readonly approval?: RunApproval;
  readonly withdraws?: Withdrawal | undefined;
}

/**
 * Requires that another person, who may still approve, approved a run exactly as it was shown. Throws approval_required
 * and not_allowed.
 */
export async function checkApproval(ctx: Context, run: Run, approval: RunApproval): Promise<ApprovedDetails> {
  const { id, asked } = approval;
  const approver = approverOf(approval);
  const isSame = asked.runId === run.id && asked.preview === (await previewDigest(run));
  const what = runNoun(run.kind);
  if (!isSame || !approver)
    throw new Problem("approval_required", `This ${what} was not approved as it stands.`);
  const lost = lostApprover(await ctx.authorizer.permissions(approver.by), approver.onCall, what);
  if (lost !== undefined) throw new Problem("not_allowed", lost);
  return { approval: id, approvedBy: approver.name };
}
