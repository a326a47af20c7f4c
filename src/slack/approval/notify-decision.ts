import type { Act } from "../../domain/act.ts";
import type { Approval } from "../../domain/approval.ts";
import { isSettled } from "../../domain/change-record.ts";
import { isProblem } from "../../domain/problem.ts";
import type { ExecutedApproval } from "../../operations/approval/execute-approved-change.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { aboutApproval, formatOrFallback } from "../delivery/format-or-fallback.ts";
import { decidedMessage, decisionMessage } from "./approval-message.ts";
import { resultMessage } from "../outcome/result-message.ts";
import { outcomeMessage } from "../outcome/outcome-message.ts";
import { problemText } from "../block-kit/problem-message.ts";
import { updateForm } from "../outcome/notify-outcome.ts";
import { actsOrder } from "../delivery/act-messages.ts";

/** Notifies the requester that a request was declined or has expired. */
export async function notifyClosed(req: RequestContext, approval: Approval): Promise<void> {
  await notifyRequester(req, approval, decision(req, approval));
}

/**
 * Notifies the requester of the outcome of an approved change, and marks the request as completed. The approvers'
 * messages are updated by `act-updates.ts`.
 */
export async function notifyExecuted(
  req: RequestContext,
  approval: Approval,
  became: ExecutedApproval,
): Promise<void> {
  const { deps, ctx } = req;
  const { asked, id } = approval;
  const { userId, changeId } = asked;
  if (became.kind === "refused") {
    const why = problemText({ problem: became.problem, known: true });
    await Promise.all([
      updateRefused(req, approval, why),
      notifyRequester(req, approval, decision(req, approval, why)),
    ]);
    return;
  }
  const { accounts } = deps;
  const told = formatOrFallback(deps, aboutApproval(req, approval), () =>
    became.kind === "changed"
      ? resultMessage(became.result, accounts.vendor(became.result.connection.vendor), userId)
      : outcomeMessage(became.record, accounts),
  );
  const unsettled =
    became.kind === "changed"
      ? (became.result.outcome === "unknown" && !became.result.isUnprovable) || !became.result.outcomeRecorded
      : !isSettled(became.record);
  const message = await notifyRequester(req, approval, told, changeAct(asked));
  if (unsettled) {
    // The reconciler updates this message once the outcome is known.
    await noted(req, async () =>
      ctx.workspace.notifications.keep(changeId, {
        userId,
        channelId: asked.channelId,
        threadTs: asked.threadTs,
        viewId: asked.viewId,
        message,
      }),
    );
  }
  await noted(req, async () => ctx.workspace.approvals.end(id));
  if (unsettled) ctx.reconcileLater(changeId);
}

function decision(req: RequestContext, approval: Approval, why?: string): Message {
  const { deps } = req;
  return formatOrFallback(deps, aboutApproval(req, approval), () =>
    decisionMessage(approval, deps.accounts, why),
  );
}

/**
 * Updates the approvers' messages with the reason why the approved change was refused. It is an ordinary refusal in
 * the audit log, so `act-updates.ts` leaves these messages to this function. Never throws.
 */
async function updateRefused(req: RequestContext, approval: Approval, why: string): Promise<void> {
  const { deps, ctx } = req;
  const { id: workspaceId, actMessages, approvals } = ctx.workspace;
  const message = formatOrFallback(deps, aboutApproval(req, approval), () =>
    decidedMessage(approval, deps.accounts, why),
  );
  await noted(req, async () =>
    deps.withLock(actsOrder(workspaceId), async () => {
      const { messages } = (await approvals.find(approval.id)) ?? approval;
      for (const address of messages) await actMessages.update(address, { message });
    }),
  );
  deps.sayLater(workspaceId);
}

function changeAct({ changeId, key }: Approval["asked"]): Act {
  return { kind: "change", changeId, key };
}

async function notifyRequester(
  req: RequestContext,
  { asked, id }: Approval,
  message: Message,
  act?: Act,
): Promise<{ readonly channelId: string; readonly ts: string } | undefined> {
  const { userId, channelId, threadTs, viewId } = asked;
  const { responseUrls } = req.deps.memory;
  const responseUrl = responseUrls.get(id);
  responseUrls.delete(id);
  const [announced] = await Promise.all([
    deliver(req.deps, {
      workspaceId: req.ctx.workspace.id,
      clients: req.clients,
      conversation: { userId, channelId, threadTs, responseUrl },
      message,
      requestId: req.ctx.requestId,
      act,
    }),
    updateForm(req.deps, req.clients, { userId, viewId }, message, id),
  ]);
  await req.deps.redrawHomeOf(req.installed, { userId, channelId, requestId: req.ctx.requestId });
  return announced.message;
}

/**
 * Stores what was reported. The change is on record already, so a failure is only logged, and the next start reports it
 * again.
 */
async function noted(req: RequestContext, note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (!isProblem(error)) throw error;
    req.ctx.log.error({ requestId: req.ctx.requestId, err: error }, "not noted that an approval was told");
  }
}
