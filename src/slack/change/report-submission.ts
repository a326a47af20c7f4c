import type { Approval } from "../../domain/approval.ts";
import type { Said } from "../../domain/notification.ts";
import type { ChangedOrAsked } from "../../operations/approval/submit-change.ts";
import { keepAnswerUrl } from "../delivery/response-url-cache.ts";
import { askApprovers } from "../approval/ask-approvers.ts";
import { message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { endForm } from "../forms/finish-modal.ts";
import { waitingBlocks } from "../approval/approval-message.ts";
import type { OpenedView } from "../forms/modals.ts";
import { tellResult, type SubmittedForm } from "./report-result.ts";
import { wordsView } from "../forms/text-modal.ts";

/** Tells what came of a change that was sent with a form: how it ended, or that it waits for another person. */
export async function tellBecame(
  at: Desk,
  opened: OpenedView,
  form: SubmittedForm,
  became: ChangedOrAsked,
  said: Said | undefined,
): Promise<void> {
  if (became.kind === "changed") await tellResult(at, opened, form, became.result, said);
  else await tellWaiting(at, opened, form, became.approval);
}

/** The form says that the change waits, once those who may approve it were asked. */
async function tellWaiting(
  at: Desk,
  opened: OpenedView,
  { title, from }: SubmittedForm,
  approval: Approval,
): Promise<void> {
  keepAnswerUrl(approval.id, from.responseUrl);
  const heard = await askApprovers(at, approval);
  // Decided meanwhile: whoever did so has told it here.
  if ((await at.ctx.workspace.approvals.find(approval.id))?.state !== "open") return;
  const blocks = waitingBlocks(approval, heard);
  if (await endForm(at, opened, wordsView(title, blocks))) return;
  const text = `Your change waits for approval: request ${approval.id}. Nothing was changed so far.`;
  await at.at(from).tell(message(blocks, text));
}
