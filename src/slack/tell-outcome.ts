import type { ChangeRecord } from "../domain/audit-log.ts";
import { announce } from "./announce.ts";
import { outcomeMessage } from "./messages/change-outcome.ts";
import { slackError } from "./show-view.ts";
import type { Services } from "./services.ts";

/**
 * Tells where a change was asked that its outcome is now known, or known to be unknown: in the message that told of it
 * where that can be updated, else in a new one. Its failing changes nothing but the log.
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
  const message = outcomeMessage(record, services.accounts);
  if (said.message) {
    const { channelId: channel, ts } = said.message;
    try {
      await clients.patient.chat.update({ channel, ts, ...message });
      return;
    } catch (error) {
      services.log.warn({ changeId, slack: slackError(error), err: error }, "message not updated");
    }
  }
  const { message: _before, ...conversation } = said;
  const announced = await announce(services, {
    workspaceId,
    clients,
    conversation,
    message,
    requestId: changeId,
  });
  if (announced.message) await workspace.said.keep(changeId, { ...said, message: announced.message });
}
