import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { withdraw } from "../../operations/approval/withdraw.ts";
import { requestedRunName } from "../block-kit/pending-approvals.ts";
import { bold, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { redrawView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";
import type { ActionRequest } from "../listener/action.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** Withdraws an approval request and confirms that, in the form with the button or privately. */
export async function withdrawRequest({ at: req, value, view }: ActionRequest): Promise<void> {
  const approval = await withdraw(req.ctx, value ?? "");
  const words = `:leftwards_arrow_with_hook: You withdrew your request to ${whatText(approval)}. Nothing was changed.`;
  const blocks = [section(words)];
  if (view && (await redrawView(req, { id: view.id }, textModal("Withdrawn", blocks)))) return;
  await req.replyPrivately(message(blocks, stripMrkdwn(words)));
}

function whatText(approval: Approval): string {
  if (isRunApproval(approval))
    return `begin the ${requestedRunName(approval.asked)} ${bold(approval.asked.plan.title)}`;
  return `${approval.asked.change.kind} ${numberTitle(approval.asked)}`;
}
