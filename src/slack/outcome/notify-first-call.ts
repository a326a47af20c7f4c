import { personOf } from "../../domain/shared/actor.ts";
import { runSubject, subjectOf, type ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { FirstCallNotice } from "../../domain/changes/first-call-notice.ts";
import type { SlackDeps } from "../context/services.ts";
import { deliver } from "../delivery/deliver.ts";
import { storedMessage } from "../delivery/stored-message.ts";
import { firstCallText, loudMessage, withFirstCall } from "./first-call-message.ts";

/**
 * Shows in the message about a change who answered its first calls, and posts a message of its own in the same place if
 * that is bad news. A workspace that has uninstalled Patchbay gets nothing.
 */
export async function notifyFirstCall(
  deps: SlackDeps,
  workspaceId: string,
  notice: FirstCallNotice,
): Promise<void> {
  const { changeId, number, connection, details, actor } = notice.record.requested;
  const installed = await deps.installationOf(workspaceId);
  if (!installed || changeId === undefined || !number || !connection) return;
  // That a look was the last one is on no record, so the message about its run is checked here.
  if (notice.ended && details?.["run"] !== undefined)
    deps.checkButtons(workspaceId, runSubject(details["run"]));
  if (notice.ended?.why === "denied_before") return;
  const vendor = deps.accounts.vendor(connection.vendor);
  const { connectionId, numberId } = number;
  const act: ButtonSubject = { kind: "change", changeId, key: { connectionId, numberId } };
  const { messagesWithButtons } = deps.store.workspace(workspaceId);
  const line = firstCallText(notice, vendor);
  const loud = notice.isLoud ? loudMessage(notice, vendor) : undefined;
  let isTold = false;
  for (const noted of await messagesWithButtons.about(subjectOf(act))) {
    const isAboutIt = noted.act.kind === "change" && noted.act.changeId === changeId;
    if (!isAboutIt) continue;
    const shown = storedMessage.parse(noted.message);
    // The server before this one may have ended after it had told and before it could record that.
    if (loud && shown.text.startsWith(loud.text)) {
      isTold = true;
      continue;
    }
    const message = withFirstCall(shown, line);
    const rest = { act: noted.act, message };
    await messagesWithButtons.update(noted.address, { message, rest, madeFrom: noted.message });
  }
  deps.deliverPending();
  if (!loud || isTold) return;
  const userId = personOf(actor) ?? details?.["for"];
  const { channel: channelId, thread: threadTs } = details ?? {};
  // It was made without Slack. The channel for announcements reads it from the log.
  if (userId === undefined && channelId === undefined) return;
  await deliver(deps, {
    workspaceId,
    clients: deps.clients(installed.botToken),
    conversation: { userId, channelId, threadTs },
    message: loud,
    requestId: `first-call:${changeId}`,
    act,
  });
}
