import type { Approval } from "../../domain/changes/approval.ts";
import { deliver } from "../delivery/deliver.ts";
import type { RequestContext } from "../context/request-context.ts";
import { aboutApproval, formatOrFallback } from "../delivery/format-or-fallback.ts";
import { approvalMessage } from "./approval-message.ts";
import { usersWithRole } from "../context/users-with-role.ts";

/**
 * Posts an approval request to the workspace's channel for approvals. Without one, or if posting fails, it goes to each
 * approver. Stores the messages, so that they can be updated. Returns in how many places the request was or will be
 * posted. Never throws.
 */
export async function askApprovers(req: RequestContext, approval: Approval): Promise<number> {
  const asking = { heard: 0 };
  try {
    await askEach(req, approval, asking);
  } catch (error) {
    // The request is already stored, so an approver who finds it can decide.
    req.ctx.log.error(
      { requestId: req.ctx.requestId, approval: approval.id, err: error },
      "not all approvers notified",
    );
  }
  return asking.heard;
}

async function askEach(req: RequestContext, approval: Approval, asking: { heard: number }): Promise<void> {
  const { workspace } = req.ctx;
  const { protection } = await workspace.settings.read();
  const ask = async (place: { readonly channelId?: string; readonly userId?: string }): Promise<boolean> => {
    const { deliveredTo, message } = await deliver(req.deps, {
      workspaceId: workspace.id,
      clients: req.clients,
      conversation: place,
      message: formatOrFallback(req.deps, aboutApproval(req, approval), () =>
        approvalMessage(approval, req.deps.accounts),
      ),
      requestId: req.ctx.requestId,
      // It may be decided while other approvers are still being asked.
      act: { kind: "approval", approvalId: approval.id },
    });
    if (deliveredTo !== "nobody") asking.heard += 1;
    return message !== undefined;
  };
  const inChannel = protection?.channelId !== undefined && (await ask({ channelId: protection.channelId }));
  if (!inChannel) {
    const approvers = (await usersWithRole(req, "approver")).filter(
      (userId) => userId !== approval.asked.userId,
    );
    for (const userId of approvers) {
      if ((await workspace.approvals.find(approval.id))?.state === "open") await ask({ userId });
    }
  }
}
