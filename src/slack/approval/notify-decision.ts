import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { ExecutedApproval, Notified } from "../../operations/notifications/notifier.ts";
import { buttonsLock } from "../../operations/notifications/button-watcher.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { takeResponseUrl } from "../context/response-urls.ts";
import { aboutApproval, formatOrFallback } from "../delivery/format-or-fallback.ts";
import { decidedMessage, decisionMessage } from "./approval-message.ts";
import { begunRunMessage } from "./run-approval-message.ts";
import { resultMessage } from "../outcome/result-message.ts";
import { outcomeMessage } from "../outcome/outcome-message.ts";
import { problemText } from "../block-kit/problem-message.ts";
import { updateForm } from "../outcome/notify-outcome.ts";

/** Notifies the requester that a request was declined or has expired. */
export async function notifyClosed(req: RequestContext, approval: Approval): Promise<void> {
  await notifyRequester(req, approval, decision(req, approval));
}

/**
 * Notifies the requester of the result of an approved change. The approvers' messages are updated by `button-updates.ts`,
 * or here if the change was refused.
 */
export async function notifyExecuted(
  req: RequestContext,
  approval: Approval,
  executed: ExecutedApproval,
): Promise<Notified> {
  const { accounts } = req.deps;
  if (executed.kind === "refused") {
    const why = problemText({ problem: executed.problem, known: true });
    const [, notified] = await Promise.all([
      updateRefused(req, approval, why),
      notifyRequester(req, approval, decision(req, approval, why)),
    ]);
    return notified;
  }
  if (isRunApproval(approval)) {
    const begun = formatOrFallback(req.deps, aboutApproval(req, approval), () => begunRunMessage(approval));
    return notifyRequester(req, approval, begun);
  }
  if (executed.kind === "begun") throw new Error("a change does not begin a run");
  const { userId, changeId, key } = approval.asked;
  const told = formatOrFallback(req.deps, aboutApproval(req, approval), () =>
    executed.kind === "changed"
      ? resultMessage(executed.result, accounts.vendor(executed.result.connection.vendor), userId)
      : outcomeMessage(executed.record, accounts),
  );
  return notifyRequester(req, approval, told, { kind: "change", changeId, key });
}

function decision(req: RequestContext, approval: Approval, why?: string): Message {
  const { deps } = req;
  return formatOrFallback(deps, aboutApproval(req, approval), () =>
    decisionMessage(approval, deps.accounts, why),
  );
}

/**
 * Updates the approvers' messages with the reason why the approved change was refused. It is an ordinary refusal in
 * the audit log, so `button-updates.ts` leaves these messages to this function. Never throws.
 */
async function updateRefused(req: RequestContext, approval: Approval, why: string): Promise<void> {
  const { deps, ctx } = req;
  const { id: workspaceId, messagesWithButtons, approvals } = ctx.workspace;
  const message = formatOrFallback(deps, aboutApproval(req, approval), () =>
    decidedMessage(approval, deps.accounts, why),
  );
  try {
    await deps.locks.withLock(buttonsLock(workspaceId), async () => {
      const { messages } = (await approvals.find(approval.id)) ?? approval;
      for (const { channelId, ts } of messages)
        await messagesWithButtons.update({ channelId, ts }, { message });
    });
  } catch (error) {
    if (!isProblem(error)) throw error;
    ctx.log.error({ requestId: ctx.requestId, err: error }, "approval not marked as reported");
  }
  deps.deliverPending();
}

async function notifyRequester(
  req: RequestContext,
  { asked, id }: Approval,
  message: Message,
  act?: ButtonSubject,
): Promise<Notified> {
  const { userId, channelId, threadTs, viewId } = asked;
  const responseUrl = await takeResponseUrl(req.ctx, id);
  const [delivered] = await Promise.all([
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
  return { isDelivered: delivered.deliveredTo !== "nobody", message: delivered.message };
}
