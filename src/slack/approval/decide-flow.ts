import type { ViewResponseAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { z } from "zod";
import type { Approval } from "../../domain/approval.ts";
import { carryOutApproval } from "../../operations/approval/execute-approved-change.ts";
import {
  approve,
  commentFault,
  decidableApproval,
  decline,
  longestComment,
} from "../../operations/approval/decide-approval.ts";
import { message, plain, section } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { endForm, endFormAgain } from "../forms/finish-modal.ts";
import { explainInView } from "../listener/error-reply.ts";
import { inputValues } from "../forms/input-values.ts";
import type { Halves } from "../listener/listener.ts";
import { openView, redrawView, type OpenedView } from "../forms/modals.ts";
import { tellCarriedOut, tellClosed } from "./notify-decision.ts";
import { textInput } from "../forms/inputs.ts";
import { type SubmittedView, wordsView } from "../forms/text-modal.ts";
import { readState, writeState } from "../forms/private-metadata.ts";

const title = "Decline a change";
/** The callback_id of the form that asks why a change is declined. */
export const declineCallbackId = "decline";
const declineForm = z.object({ approvalId: z.string() });

/** Approves a request and carries out its change, for a click on its button. Throws what `approve` throws. */
export async function approveAndCarryOut(at: Desk, approvalId: string): Promise<void> {
  await carryOutAndTell(at, await approve(at.ctx, approvalId));
}

/** Carries out an approved change and tells everybody; also for one that another process did not live to see through. */
export async function carryOutAndTell(at: Desk, approval: Approval): Promise<void> {
  const became = await carryOutApproval(at.ctx, approval.id);
  if (became) await tellCarriedOut(at, approval, became);
}

/** Asks why a request is declined; who may not decide gets words in its place. */
export async function openDecline(at: Desk, approvalId: string): Promise<void> {
  const opened = await openView(at, wordsView(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await decidableApproval(at.ctx, approvalId);
    await redrawView(at, opened, declineView(approvalId));
  } catch (error) {
    await explainInView(at, opened, title, error);
  }
}

/** The two halves of the submitted form that declines a request. */
export function submitDecline(view: SubmittedView): Halves<ViewResponseAction> {
  const opened: OpenedView = { id: view.id };
  return {
    now: () => {
      const fault = commentFault(inputValues(view.state).get("comment")?.value);
      if (fault !== undefined) return { response_action: "errors", errors: { comment: fault } };
      return {
        response_action: "update",
        view: wordsView(title, [section(":hourglass_flowing_sand: Working…")]),
      };
    },
    later: async (at) => {
      const { approvalId } = readState(declineForm, view.private_metadata);
      const comment = inputValues(view.state).get("comment")?.value;
      const approval = await decline(at.ctx, approvalId, comment);
      const words = [section(":x: You declined it. Nothing was changed, and who asked is told.")];
      await endForm(at, opened, wordsView(title, words));
      await tellClosed(at, approval);
    },
    fail: async (at, why, problem) => {
      if (problem.code === "already_requested") await endFormAgain(at, opened);
      if (await endForm(at, opened, wordsView(title, why.blocks))) return;
      await at.tell(message(why.blocks, why.text));
    },
  };
}

function declineView(approvalId: string): ModalView {
  return {
    type: "modal",
    callback_id: declineCallbackId,
    private_metadata: writeState({ approvalId }),
    title: plain(title),
    submit: plain("Decline"),
    close: plain("Cancel"),
    blocks: [
      section("The change is then not made. Who asked for it reads your comment."),
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
