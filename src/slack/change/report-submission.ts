import { isRunApproval, type ChangeApproval } from "../../domain/changes/approval.ts";
import type { ReplyTarget } from "../../domain/notifications/reply-target.ts";
import type { ChangeSubmission } from "../../operations/approval/submit-change.ts";
import { pendingApprovals } from "../../operations/history/pending-approvals.ts";
import { askApprovers } from "../approval/ask-approvers.ts";
import { message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { keepResponseUrl } from "../context/response-urls.ts";
import { finishModal } from "../forms/finish-modal.ts";
import { waitingBlocks } from "../approval/approval-message.ts";
import type { OpenedView } from "../forms/modals.ts";
import { reportResult, type SubmittedForm } from "./report-result.ts";
import { textModal } from "../forms/text-modal.ts";

/** Reports a submitted change: its result, or that it awaits approval. */
export async function reportSubmission(
  req: RequestContext,
  opened: OpenedView,
  form: SubmittedForm,
  submission: ChangeSubmission,
  after: { readonly replyTo: ReplyTarget | undefined; readonly runbook: string | undefined },
): Promise<void> {
  if (submission.kind === "changed") await reportResult(req, opened, form, submission.result, after);
  else await reportWaiting(req, opened, form, submission.approval);
}

/** Shows in the form that the change awaits approval, after the approvers were asked. */
async function reportWaiting(
  req: RequestContext,
  opened: OpenedView,
  { title, from }: SubmittedForm,
  approval: ChangeApproval,
): Promise<void> {
  await keepResponseUrl(req.ctx, approval.id, from.responseUrl);
  let delivered = 0;
  await req.deps.approvals.ask(req.ctx, approval, async () => {
    delivered = await askApprovers(req, approval);
  });
  // It was decided meanwhile, and the decision was already reported here.
  const now = await req.ctx.workspace.approvals.find(approval.id);
  if (now?.state !== "open" || isRunApproval(now)) return;
  const others = (await pendingApprovals(req.ctx, approval.asked.key))
    .map((one) => one.approval)
    .filter(({ id }) => id !== approval.id);
  const blocks = waitingBlocks(now, delivered, others, req.deps.accounts);
  if (await finishModal(req, opened, textModal(title, blocks, from))) return;
  const text = `Your change is waiting for approval: request ${approval.id}. Nothing has changed yet.`;
  await req.in(from).replyPrivately(message(blocks, text));
}
