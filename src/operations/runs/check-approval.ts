import type { RunApproval, Withdrawal } from "../../domain/changes/approval.ts";
import { enoughApprovers } from "../../domain/changes/approvers.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { runNoun, type Run } from "../../domain/runs/run.ts";
import { approvedDetails, type ApprovedDetails } from "../access/change-request.ts";
import { lostApproverOf } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { previewDigest } from "./shown-preview.ts";

/** What a run begins with: the approval of exactly this run, which may be older, or a request that it withdraws. */
export interface BeginRunOptions {
  readonly approval?: RunApproval;
  readonly withdraws?: Withdrawal | undefined;
}

/**
 * Requires that as many other people as it wants, who all may still approve, approved a run exactly as it was shown. Throws approval_required
 * and not_allowed.
 */
export async function checkApproval(ctx: Context, run: Run, approval: RunApproval): Promise<ApprovedDetails> {
  const { id, asked } = approval;
  const approvers = enoughApprovers(approval);
  const details = approvers && approvedDetails(id, approvers);
  const isSame = asked.runId === run.id && asked.preview === (await previewDigest(run));
  const what = runNoun(run.kind);
  if (!isSame || !details)
    throw new Problem("approval_required", `This ${what} was not approved as it stands.`);
  const lost = await lostApproverOf(ctx, approvers, what);
  if (lost !== undefined) throw new Problem("not_allowed", lost);
  return details;
}
