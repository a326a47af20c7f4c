import { isRunApproval, type RunApproval } from "../../domain/changes/approval.ts";
import type { FailoverSubmission } from "../../operations/failover/submit-failover.ts";
import { askApprovers } from "../approval/ask-approvers.ts";
import { waitingRunBlocks } from "../approval/run-approval-message.ts";
import { message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { keepResponseUrl } from "../context/response-urls.ts";
import { finishModal } from "../forms/finish-modal.ts";
import type { OpenedView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";

/** A failover form, and where it was opened. */
interface FailoverForm {
  readonly view: OpenedView;
  readonly title: string;
  readonly from: Parameters<RequestContext["in"]>[0];
}

/** Executes a confirmed failover or fail-back, which its form then follows, or reports there that it awaits approval. */
export async function reportSubmittedFailover(
  req: RequestContext,
  form: FailoverForm,
  submitted: FailoverSubmission,
): Promise<void> {
  if (submitted.kind === "begun") await req.deps.carryOutRun(req.ctx, submitted.run);
  else await reportWaiting(req, form, submitted.approval);
}

/** Shows in the form that the run awaits approval, after the approvers were asked. */
async function reportWaiting(
  req: RequestContext,
  { view, title, from }: FailoverForm,
  approval: RunApproval,
): Promise<void> {
  await keepResponseUrl(req.ctx, approval.id, req.in(from).conversation.responseUrl);
  let delivered = 0;
  await req.deps.approvals.ask(req.ctx, approval, async () => {
    delivered = await askApprovers(req, approval);
  });
  // It was decided meanwhile, and the decision was already reported here.
  const now = await req.ctx.workspace.approvals.find(approval.id);
  if (now?.state !== "open" || !isRunApproval(now)) return;
  const blocks = waitingRunBlocks(now, delivered);
  if (await finishModal(req, view, textModal(title, blocks, from))) return;
  const text = `Your ${approval.asked.kind === "back" ? "fail-back" : "failover"} is waiting for approval: request ${approval.id}. Nothing has changed yet.`;
  await req.in(from).replyPrivately(message(blocks, text));
}
