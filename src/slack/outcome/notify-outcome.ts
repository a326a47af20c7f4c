import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { ReplyTarget } from "../../domain/reply-target.ts";
import { isSettled } from "../../domain/change-record.ts";
import type { Act } from "../../domain/act.ts";
import { noteActMessage } from "../delivery/act-messages.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { outcomeMessage, withoutButtons } from "./outcome-message.ts";
import type { Clients, SlackDeps } from "../context/services.ts";
import { textModal } from "../forms/text-modal.ts";
import { slackError } from "../context/slack-error.ts";

/**
 * Tells where a change was asked that its outcome is now known, or known to be unknown: in the form while it is open, and
 * in the message that notified of it where that can be updated, else in a new one. Its failing changes nothing but the log.
 */
export async function notifyOutcome(
  deps: SlackDeps,
  workspaceId: string,
  record: ChangeRecord,
): Promise<void> {
  const { changeId } = record.requested;
  const workspace = deps.store.workspace(workspaceId);
  const replyTo = changeId === undefined ? undefined : await workspace.notifications.find(changeId);
  const installed = await deps.installationOf(workspaceId);
  if (!replyTo || !installed || changeId === undefined) return;
  const clients = deps.clients(installed.botToken);
  const about = { what: `change ${changeId}`, ids: { workspace: workspaceId, changeId } };
  const message = formatOrFallback(deps, about, () => outcomeMessage(record, deps.accounts));
  await updateForm(deps, clients, replyTo, message, changeId);
  await deps.redrawHomeOf(installed, { ...replyTo, requestId: changeId });
  const final = isSettled(record);
  const act = actOf(record);
  if (replyTo.message) {
    const { channelId: channel, ts } = replyTo.message;
    try {
      await clients.patient.chat.update({ channel, ts, ...message });
      if (act) await noteActMessage(deps, workspaceId, { act, address: replyTo.message, message });
      if (final) await workspace.notifications.forget(changeId);
      return;
    } catch (error) {
      deps.log.warn(
        { workspace: workspaceId, changeId, slack: slackError(error), err: error },
        "message not updated",
      );
    }
  }
  const { userId, channelId, threadTs } = replyTo;
  const announced = await deliver(deps, {
    workspaceId,
    clients,
    conversation: { userId, channelId, threadTs },
    message,
    requestId: changeId,
    act,
  });
  if (final && announced.deliveredTo !== "nobody") await workspace.notifications.forget(changeId);
  else if (announced.message)
    await workspace.notifications.keep(changeId, { ...replyTo, message: announced.message });
}

/** What the buttons of a message about that change are for. */
function actOf({ requested: { changeId, number } }: ChangeRecord): Act | undefined {
  if (changeId === undefined || !number) return undefined;
  const { connectionId, numberId } = number;
  return { kind: "change", changeId, key: { connectionId, numberId } };
}

/** Puts words into the form that was submitted, if it is still open. Returns whether it was. */
export async function updateForm(
  { log, memory }: SlackDeps,
  clients: Clients,
  { viewId }: ReplyTarget,
  message: Message,
  requestId: string,
): Promise<boolean> {
  if (viewId === undefined) return false;
  try {
    // What was told before is not to be drawn over this.
    memory.latestRequests.mark(viewId, "number", requestId);
    const words = withoutButtons(message);
    await clients.patient.views.update({ view_id: viewId, view: textModal("Patchbay", words) });
    return true;
  } catch (error) {
    log.info({ requestId, slack: slackError(error) }, "form not updated");
    return false;
  }
}
