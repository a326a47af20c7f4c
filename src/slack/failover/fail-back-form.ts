import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { isPlanned, needsApproval } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { stoppableStates } from "../../domain/runs/runs.ts";
import { wantedByRun } from "../../operations/approval/wanted-approvals.ts";
import { submitFailBack } from "../../operations/failover/submit-failover.ts";
import { pendingRunApprovals } from "../../operations/history/pending-approvals.ts";
import { findRevertBlockers } from "../../operations/runs/revert-rules.ts";
import { createFailBack } from "../../operations/runs/fail-back.ts";
import { estimateRun } from "../../operations/runs/estimate-run.ts";
import { actions, button, context, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { keepResponseUrl } from "../context/response-urls.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { finishRefusedPreview } from "../runs/finish-refused-preview.ts";
import { approvalNotice, askLabel } from "./approval-notice.ts";
import { previewBlocks } from "./preview-message.ts";
import type { PagesShown } from "./preview-pages.ts";
import { reportSubmittedFailover } from "./report-submitted-failover.ts";

const title = "Fail back";
const failBackForm = z.object({
  from: conversation,
  runId: z.string(),
  /** The run that it takes back, to look again. */
  returns: z.string().optional(),
  /** The ids of the requests for the plan that the preview shows. */
  waiting: z.array(z.string()).optional(),
});
type FailBackForm = z.infer<typeof failBackForm>;
const failBackState = formState(failBackForm);

/** Opens the preview of a fail-back: each number that is still as the failover left it, read live. */
export async function openFailBack(
  req: RequestContext,
  runId: string,
  inView?: { readonly id: string },
): Promise<void> {
  const skeleton = textModal(title, [section(":hourglass_flowing_sand: Looking at each number…")]);
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    const { userId, channelId, threadTs } = req.conversation;
    const run = await createFailBack(req.ctx, runId, { userId, channelId, threadTs });
    await redrawView(req, { id: opened.id }, await failBackView(req, run));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A fail-back as it is shown, with its submit button unless there is nothing to put back. */
export async function failBackView(req: RequestContext, run: Run, pages?: PagesShown): Promise<ModalView> {
  const from = fromConversation(req.conversation);
  const takesMs = await estimateRun(req.ctx, run.steps);
  const waiting = await pendingRunApprovals(req.ctx, run);
  const notice = approvalNotice(run, waiting, await wantedByRun(req.ctx, run));
  const blockers = await findRevertBlockers(req.ctx, run);
  const parts = { blockers, takesMs, notice, ...(pages ? { pages } : {}) };
  const blocks = previewBlocks(run, req.deps.accounts, parts);
  const planned = run.steps.filter(isPlanned).length;
  if (planned === 0) return textModal(title, [...blocks, ...(await endBlocks(req, run))], from);
  return {
    type: "modal",
    callback_id: "fail_back",
    private_metadata: failBackState.encode({
      from,
      runId: run.id,
      returns: run.returns,
      waiting: waiting.map(({ id }) => id),
    }),
    title: plainText(title),
    submit: plainText(run.steps.some(needsApproval) ? askLabel(waiting) : `Put back ${planned}`),
    close: plainText("Cancel"),
    blocks: [
      ...blocks,
      context("Only what is still as the failover left it. Each is a change of its own, on record."),
    ],
  };
}

/** How a failover ends of which nothing can be put back: it would hold its numbers and its plan for ever. */
async function endBlocks({ ctx }: RequestContext, { returns = "" }: Run): Promise<KnownBlock[]> {
  const { state } = await ctx.workspace.runs.getState(returns);
  if (!stoppableStates.some((one) => one === state)) return [];
  return [
    section("If its numbers are to stay as they are, end the failover."),
    actions([button("run:end", "End the failover", returns)]),
  ];
}

const failBackSubmission: Submission<FailBackForm> = {
  ack: (_, view) => {
    const form = failBackState.parse(view.private_metadata);
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: form };
  },
  run: async (req, { from, runId, waiting }, view) => {
    const { userId, channelId, threadTs, responseUrl } = req.in(from).conversation;
    await keepResponseUrl(req.ctx, runId, responseUrl);
    const by = { userId, channelId, threadTs, viewId: view.id };
    const submitted = await submitFailBack(req.ctx, runId, by, waiting);
    await reportSubmittedFailover(req, { view: { id: view.id }, title, from }, submitted);
  },
  onError: async (req, failure, view, command) => {
    const { from, returns } = command ?? {};
    const isConflict = failure.problem.code === "conflict" && returns !== undefined;
    const again = isConflict ? button("run:back", "Look again", returns) : undefined;
    await finishRefusedPreview(req, failure, { id: view.id, title, from, again });
  },
};

export const failBackFormRoutes = [formRoute("fail_back", failBackSubmission)];
