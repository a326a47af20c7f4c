import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { Said } from "../../domain/notification.ts";
import { isSettled } from "../../domain/change-record.ts";
import type { Act } from "../../domain/act.ts";
import { noteActMessage } from "../delivery/act-messages.ts";
import { announce } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import { redrawHomeOf } from "../status/app-home.ts";
import { inWords } from "../delivery/format-or-fallback.ts";
import { outcomeMessage, withoutButtons } from "./outcome-message.ts";
import type { Clients, Services } from "../context/services.ts";
import { becomeNewest } from "../forms/latest-request.ts";
import { wordsView } from "../forms/text-modal.ts";
import { slackError } from "../context/slack-error.ts";

/**
 * Tells where a change was asked that its outcome is now known, or known to be unknown: in the form while it is open, and
 * in the message that told of it where that can be updated, else in a new one. Its failing changes nothing but the log.
 */
export async function tellOutcome(
  services: Services,
  workspaceId: string,
  record: ChangeRecord,
): Promise<void> {
  const { changeId } = record.requested;
  const workspace = services.store.workspace(workspaceId);
  const said = changeId === undefined ? undefined : await workspace.said.find(changeId);
  const installed = await services.installationOf(workspaceId);
  if (!said || !installed || changeId === undefined) return;
  const clients = services.clients(installed.botToken);
  const about = { what: `change ${changeId}`, ids: { workspace: workspaceId, changeId } };
  const message = inWords(services, about, () => outcomeMessage(record, services.accounts));
  await tellForm(services, clients, said, message, changeId);
  await redrawHomeOf(services, installed, { ...said, requestId: changeId });
  const final = isSettled(record);
  const act = actOf(record);
  if (said.message) {
    const { channelId: channel, ts } = said.message;
    try {
      await clients.patient.chat.update({ channel, ts, ...message });
      if (act) await noteActMessage(services, workspaceId, { act, address: said.message, message });
      if (final) await workspace.said.forget(changeId);
      return;
    } catch (error) {
      services.log.warn(
        { workspace: workspaceId, changeId, slack: slackError(error), err: error },
        "message not updated",
      );
    }
  }
  const { userId, channelId, threadTs } = said;
  const announced = await announce(services, {
    workspaceId,
    clients,
    conversation: { userId, channelId, threadTs },
    message,
    requestId: changeId,
    act,
  });
  if (final && announced.heardBy !== "nobody") await workspace.said.forget(changeId);
  else if (announced.message) await workspace.said.keep(changeId, { ...said, message: announced.message });
}

/** What the buttons of a message about that change are for. */
function actOf({ requested: { changeId, number } }: ChangeRecord): Act | undefined {
  if (changeId === undefined || !number) return undefined;
  const { connectionId, numberId } = number;
  return { kind: "change", changeId, key: { connectionId, numberId } };
}

/** Puts words into the form that was submitted, if it is still open. Returns whether it was. */
export async function tellForm(
  { log }: Services,
  clients: Clients,
  { viewId }: Said,
  message: Message,
  requestId: string,
): Promise<boolean> {
  if (viewId === undefined) return false;
  try {
    // What was told before is not to be drawn over this.
    becomeNewest(viewId, "number", requestId);
    const words = withoutButtons(message);
    await clients.patient.views.update({ view_id: viewId, view: wordsView("Patchbay", words) });
    return true;
  } catch (error) {
    log.info({ requestId, slack: slackError(error) }, "form not updated");
    return false;
  }
}
