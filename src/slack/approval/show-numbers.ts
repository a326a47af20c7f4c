import { isRunApproval } from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { needsApproval } from "../../domain/runs/run-step.ts";
import { requireApproverAudited } from "../../operations/access/permissions.ts";
import { section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { linesInView } from "../forms/lines-in-view.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { requestedLine } from "./run-approval-message.ts";

const title = "Protected numbers";

/** Shows an approver all numbers for which a run needs the approval. */
export async function showNumbers(req: RequestContext, approvalId: string): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await requireApproverAudited(req.ctx, "approve or decline changes");
    const { approvals, runs } = req.ctx.workspace;
    const approval = await approvals.find(approvalId);
    if (!approval || !isRunApproval(approval))
      throw new Problem("not_found", "There is no such request for approval.", { field: "request" });
    const { steps } = await runs.get(approval.asked.runId);
    const lines = steps
      .filter(needsApproval)
      .map((step) => requestedLine(approval.asked, step, req.deps.accounts));
    await redrawView(req, opened, textModal(title, linesInView(lines)));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}
