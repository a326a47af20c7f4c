import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { textModal } from "../forms/text-modal.ts";
import { tryRedraw } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import type { RequestContext } from "../context/request-context.ts";
import { waitingBlocks } from "./approval-message.ts";
import { waitingRunBlocks } from "./run-approval-message.ts";

/** Shows the person who asked, in the form while it is open and in the App Home, how far the request is. Never throws. */
export async function showWaiting(req: RequestContext, asked: Approval): Promise<void> {
  const { userId, viewId, channelId, threadTs } = asked.asked;
  const { requestId, workspace } = req.ctx;
  await req.deps.redrawHomeOf(req.installed, { userId, channelId, requestId });
  if (viewId === undefined) return;
  const approval = await workspace.approvals.find(asked.id);
  // A decision is shown there by its own report.
  if (approval?.state !== "open") return;
  const blocks = isRunApproval(approval)
    ? waitingRunBlocks(approval, 1)
    : waitingBlocks(approval, 1, [], req.deps.accounts);
  req.deps.memory.latestRequests.mark(viewId, "number", requestId);
  const from = fromConversation({ channelId, threadTs });
  await tryRedraw(req, { id: viewId }, textModal("Patchbay", blocks, from));
}
