import type { ModalView } from "@slack/types";
import { z } from "zod";
import { approve } from "../../operations/approval/approve.ts";
import { decidableApproval } from "../../operations/approval/decidable-approval.ts";
import { commentFault, decline, longestComment } from "../../operations/approval/decline.ts";
import { message, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { inputValues } from "../forms/input-values.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { openView, redrawView, type OpenedView } from "../forms/modals.ts";
import { notifyClosed } from "./notify-decision.ts";
import { textInput } from "../forms/inputs.ts";
import { textModal } from "../forms/text-modal.ts";
import { formState } from "../forms/private-metadata.ts";

const title = "Decline a change";
/** The callback_id of the form for declining a change. */
const declineCallbackId = "decline";
const declineState = formState(z.object({ approvalId: z.string() }));

/**
 * Approves a request, and executes its change or asks the next approver, for a click on the button. Throws what `approve`
 * throws.
 */
export async function approveAndCarryOut(req: RequestContext, approvalId: string): Promise<void> {
  await req.deps.approvals.afterApproval(req.ctx, await approve(req.ctx, approvalId));
}

/** Opens the form that asks why a request is declined, or shows why the person may not decide. */
export async function openDecline(req: RequestContext, approvalId: string): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await decidableApproval(req.ctx, approvalId);
    await redrawView(req, opened, declineView(approvalId));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A submitted decision to decline. */
interface Decline {
  readonly approvalId: string;
  readonly comment: string | undefined;
}

const declineSubmission: Submission<Decline> = {
  ack: (_, view) => {
    const comment = inputValues(view.state).get("comment")?.value;
    const fault = commentFault(comment);
    if (fault !== undefined) return { answer: { response_action: "errors", errors: { comment: fault } } };
    const { approvalId } = declineState.parse(view.private_metadata);
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { approvalId, comment } };
  },
  run: async (req, { approvalId, comment }, view) => {
    const approval = await decline(req.ctx, approvalId, comment);
    const words = [
      section(":x: You declined it. Nothing was changed. Patchbay notifies the person who asked."),
    ];
    await finishModal(req, { id: view.id }, textModal(title, words));
    await notifyClosed(req, approval);
  },
  onError: async (req, { message: why, problem }, view) => {
    const opened: OpenedView = { id: view.id };
    if (problem.code === "already_requested") await retryFinishModal(req, opened);
    if (await finishModal(req, opened, textModal(title, why.blocks))) return;
    await req.replyPrivately(message(why.blocks, why.text));
  },
};

export const approvalFormRoutes = [formRoute(declineCallbackId, declineSubmission)];

function declineView(approvalId: string): ModalView {
  return {
    type: "modal",
    callback_id: declineCallbackId,
    private_metadata: declineState.encode({ approvalId }),
    title: plainText(title),
    submit: plainText("Decline"),
    close: plainText("Cancel"),
    blocks: [
      section("The change is not made. The person who asked reads your comment."),
      textInput({
        blockId: "comment",
        actionId: "comment",
        label: "Comment",
        optional: true,
        maxLength: longestComment,
        placeholder: "Why, or what to do instead",
      }),
    ],
  };
}
