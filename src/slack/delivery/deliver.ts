import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import { logAbout } from "../../domain/ports/log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { noteMessageWithButtons } from "./note-message.ts";
import type { Message } from "../block-kit/blocks.ts";
import { messenger, type Delivered } from "../context/messenger.ts";
import type { Clients, SlackDeps } from "../context/services.ts";
import type { Recipients } from "../context/conversation.ts";

/** A message for a conversation, to deliver now or later. */
export interface Announcement {
  readonly workspaceId: string;
  readonly clients: Clients;
  readonly conversation: Recipients;
  readonly message: Message;
  readonly requestId: string;
  readonly toBeUpdated?: boolean;
  /** The action that its buttons belong to. They are removed when it is over. */
  readonly act?: ButtonSubject | undefined;
}

/** A message for a channel. */
interface ChannelAnnouncement {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly message: Message;
  readonly requestId: string;
  readonly act?: ButtonSubject | undefined;
}

/**
 * Posts a message to a conversation. If Slack does not accept it anywhere, or an older message is still waiting for the
 * same place, it goes to the outbox and is delivered later, in order. Never throws: a message that cannot be stored is
 * logged.
 */
export async function deliver(deps: SlackDeps, announcement: Announcement): Promise<Delivered> {
  const { workspaceId, clients, conversation, message, requestId, act } = announcement;
  const toBeUpdated = announcement.toBeUpdated === true || act !== undefined;
  const { userId, channelId, threadTs } = conversation;
  const { outbox } = deps.store;
  const place = { userId, channelId, threadTs };
  const { metrics, tracer, slackApiUrl } = deps;
  const log = logAbout(deps.log, { workspace: workspaceId });
  try {
    if (!(await outbox.hasPending(workspaceId, place))) {
      const delivered = await messenger(clients, conversation, {
        log,
        metrics,
        tracer,
        requestId,
        slackApiUrl,
      }).announce(message, {
        toBeUpdated,
      });
      if (act && delivered.message)
        await noteMessageWithButtons(deps, workspaceId, { act, address: delivered.message, message, userId });
      if (delivered.deliveredTo !== "nobody") return delivered;
    }
    await outbox.add(workspaceId, place, act ? { ...message, act } : message);
    return { deliveredTo: "later" };
  } catch (error) {
    if (!isProblem(error)) throw error;
    log.error({ requestId, err: error }, "message neither delivered nor stored");
    return { deliveredTo: "nobody" };
  }
}

/**
 * Posts a message that nobody requested to one of the workspace's channels, or later if Slack does not accept it now.
 * Never throws.
 */
export async function announceInChannel(
  deps: SlackDeps,
  { workspaceId, channelId, ...said }: ChannelAnnouncement,
): Promise<void> {
  try {
    const installed = await deps.installationOf(workspaceId);
    if (!installed) return;
    const clients = deps.clients(installed.botToken);
    await deliver(deps, { workspaceId, clients, conversation: { channelId }, ...said });
  } catch (error) {
    const { requestId } = said;
    deps.log.error({ requestId, workspace: workspaceId, err: error }, "channel not notified");
  }
}
