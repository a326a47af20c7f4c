import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { MessageAddress, ReplyTarget } from "../../domain/notifications/reply-target.ts";
import { subjectOf, type ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { MessageUpdate } from "../../domain/notifications/messages-with-buttons.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Notified } from "../../operations/notifications/notifier.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { neverSentMessage, outcomeMessage, withoutButtons } from "./outcome-message.ts";
import type { Clients, SlackDeps } from "../context/services.ts";
import { textModal } from "../forms/text-modal.ts";
import { slackError } from "../context/slack-error.ts";

/**
 * Reports the outcome of a change: in its form while that is open, and in the message that reported it before, or a new
 * one. A workspace that has uninstalled Patchbay gets no message.
 */
export async function notifyOutcome(
  deps: SlackDeps,
  workspaceId: string,
  record: ChangeRecord,
  replyTo: ReplyTarget,
): Promise<Notified> {
  const { changeId = "" } = record.requested;
  const installed = await deps.installationOf(workspaceId);
  if (!installed) return { isDelivered: false };
  const clients = deps.clients(installed.botToken);
  const about = { what: `change ${changeId}`, ids: { workspace: workspaceId, changeId } };
  const message = formatOrFallback(deps, about, () => outcomeMessage(record, deps.accounts));
  await updateForm(deps, clients, replyTo, message, changeId);
  await deps.redrawHomeOf(installed, { ...replyTo, requestId: changeId });
  const act = subjectOfChange(record);
  const { userId, channelId, threadTs } = replyTo;
  const conversation = { userId, channelId, threadTs };
  if (replyTo.message) {
    const isStored = await addUpdate(deps, workspaceId, replyTo.message, {
      message: { ...message, act, otherwise: conversation },
      rest: act && { act, message },
    });
    if (act) deps.checkButtons(workspaceId, subjectOf(act));
    return { isDelivered: isStored };
  }
  const posted = await deliver(deps, {
    workspaceId,
    clients,
    conversation,
    message,
    requestId: changeId,
    act,
  });
  return { isDelivered: posted.deliveredTo !== "nobody", message: posted.message };
}

/**
 * Updates a message through the outbox, so that neither an older update arrives later, nor one that was made from the
 * older message. Returns whether it is stored.
 */
async function addUpdate(
  deps: SlackDeps,
  workspaceId: string,
  address: MessageAddress,
  update: MessageUpdate,
): Promise<boolean> {
  try {
    await deps.store.workspace(workspaceId).messagesWithButtons.update(address, update);
    deps.deliverPending();
    return true;
  } catch (error) {
    if (!isProblem(error)) throw error;
    deps.log.error({ workspace: workspaceId, ...address, err: error }, "update not stored");
    return false;
  }
}

/** Reports to the requester alone, in the form or a direct message, that a change was never sent. */
export async function notifyNeverSent(
  deps: SlackDeps,
  workspaceId: string,
  changeId: string,
  replyTo: ReplyTarget,
): Promise<Notified> {
  const installed = await deps.installationOf(workspaceId);
  if (!installed) return { isDelivered: false };
  const clients = deps.clients(installed.botToken);
  const message = neverSentMessage(changeId);
  if (await updateForm(deps, clients, replyTo, message, changeId)) return { isDelivered: true };
  const { userId } = replyTo;
  const { deliveredTo } = await deliver(deps, {
    workspaceId,
    clients,
    conversation: { userId },
    message,
    requestId: changeId,
  });
  return { isDelivered: deliveredTo !== "nobody" };
}

/** The action that the buttons of a message about this change belong to. */
function subjectOfChange({ requested: { changeId, number } }: ChangeRecord): ButtonSubject | undefined {
  if (changeId === undefined || !number) return undefined;
  const { connectionId, numberId } = number;
  return { kind: "change", changeId, key: { connectionId, numberId } };
}

/** Shows a result in the submitted form if it is still open. Returns whether it was. */
export async function updateForm(
  { log, memory }: SlackDeps,
  clients: Clients,
  { viewId }: ReplyTarget,
  message: Message,
  requestId: string,
): Promise<boolean> {
  if (viewId === undefined) return false;
  try {
    // An earlier report must not overwrite this one.
    memory.latestRequests.mark(viewId, "number", requestId);
    const words = withoutButtons(message);
    await clients.patient.views.update({ view_id: viewId, view: textModal("Patchbay", words) });
    return true;
  } catch (error) {
    log.info({ requestId, slack: slackError(error) }, "form not updated");
    return false;
  }
}
