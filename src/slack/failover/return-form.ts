import type { ModalView } from "@slack/types";
import { z } from "zod";
import { isPlanned } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { claimReturn, createReturnPlan } from "../../operations/runs/return-run.ts";
import { estimateRun } from "../../operations/runs/estimate-run.ts";
import { sideBySide } from "../../operations/shared/side-by-side.ts";
import { context, cut, plainText, section } from "../block-kit/blocks.ts";
import { boldTitle } from "../block-kit/run-text.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { previewBlocks } from "./preview-message.ts";
import type { PagesShown } from "./preview-pages.ts";

const title = "Fail back";
const returnForm = z.object({ from: conversation, runId: z.string() });
type ReturnForm = z.infer<typeof returnForm>;
const returnState = formState(returnForm);

/** Opens the preview of a fail-back: each number that is still as the failover left it, read live. */
export async function openReturn(
  req: RequestContext,
  runId: string,
  inView?: { readonly id: string },
): Promise<void> {
  const skeleton = textModal(title, [section(":hourglass_flowing_sand: Looking at each number…")]);
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    const { userId, channelId, threadTs } = req.conversation;
    const run = await createReturnPlan(req.ctx, runId, { userId, channelId, threadTs });
    await redrawView(req, { id: opened.id }, await returnView(req, run));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A fail-back as it is shown, with its submit button unless there is nothing to put back. */
export async function returnView(req: RequestContext, run: Run, pages?: PagesShown): Promise<ModalView> {
  const from = fromConversation(req.conversation);
  const takesMs = await estimateRun(req.ctx, run.steps);
  const blocks = previewBlocks(run, req.deps.accounts, { takesMs, ...(pages ? { pages } : {}) });
  const planned = run.steps.filter(isPlanned).length;
  if (planned === 0) return textModal(title, blocks, from);
  return {
    type: "modal",
    callback_id: "fail_back",
    private_metadata: returnState.encode({ from, runId: run.id }),
    title: plainText(cut(title, 24)),
    submit: plainText(`Put back ${planned}`),
    close: plainText("Cancel"),
    blocks: [
      ...blocks,
      context("Only what is still as the failover left it. Each is a change of its own, on record."),
    ],
  };
}

const returnSubmission: Submission<ReturnForm> = {
  ack: (_, view) => {
    const form = returnState.parse(view.private_metadata);
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: form };
  },
  run: async (req, { from, runId }, view) => {
    const { userId, channelId, threadTs } = req.in(from).conversation;
    const run = await claimReturn(req.ctx, runId, { userId, channelId, threadTs, viewId: view.id });
    const begun = section(
      `:arrows_counterclockwise: ${boldTitle(run)} has begun. Its progress is in the conversation.`,
    );
    await sideBySide(
      req.deps.carryOutRun(req.ctx, run),
      finishModal(req, { id: view.id }, textModal(title, [begun], from)),
    );
  },
  onError: async (req, { message, problem }, view, command) => {
    const { startedBy } = problem.details;
    if (problem.code === "already_requested" && startedBy === undefined)
      return retryFinishModal(req, { id: view.id });
    if (await finishModal(req, { id: view.id }, textModal(title, message.blocks, command?.from))) return;
    await req.in(command?.from ?? {}).replyPrivately(message);
  },
};

export const returnFormRoutes = [formRoute("fail_back", returnSubmission)];
