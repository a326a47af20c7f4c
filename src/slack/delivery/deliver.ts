import type { Act } from "../../domain/act.ts";
import { logAbout } from "../../domain/log.ts";
import { isProblem } from "../../domain/problem.ts";
import { noteActMessage } from "./act-messages.ts";
import type { Message } from "../block-kit/blocks.ts";
import { voice, type Announced, type Hearers } from "../context/messenger.ts";
import type { Clients, Services } from "../context/services.ts";

/** Something that a conversation has to hear, now or later. */
export interface Announcement {
  readonly workspaceId: string;
  readonly clients: Clients;
  readonly conversation: Hearers;
  readonly message: Message;
  readonly requestId: string;
  readonly toBeUpdated?: boolean;
  /** What its buttons are for; they go once that is over. */
  readonly act?: Act | undefined;
}

/** Something that a channel has to hear. */
interface ChannelAnnouncement {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly message: Message;
  readonly requestId: string;
  readonly act?: Act | undefined;
}

/**
 * Says something to a conversation; when Slack takes it nowhere, or something older still waits for the same place, it
 * is kept and said later, in order. Never throws: what cannot even be kept is in the log.
 */
export async function announce(services: Services, announcement: Announcement): Promise<Announced> {
  const { workspaceId, clients, conversation, message, requestId, act } = announcement;
  const toBeUpdated = announcement.toBeUpdated === true || act !== undefined;
  const { userId, channelId, threadTs } = conversation;
  const { outbox } = services.store;
  const place = { userId, channelId, threadTs };
  const { metrics, slackApiUrl } = services;
  const log = logAbout(services.log, { workspace: workspaceId });
  try {
    if (!(await outbox.isWaiting(workspaceId, place))) {
      const heard = await voice(clients, conversation, { log, metrics, requestId, slackApiUrl }).announce(
        message,
        {
          toBeUpdated,
        },
      );
      if (act && heard.message)
        await noteActMessage(services, workspaceId, { act, address: heard.message, message });
      if (heard.heardBy !== "nobody") return heard;
    }
    await outbox.add(workspaceId, place, act ? { ...message, act } : message);
    return { heardBy: "later" };
  } catch (error) {
    if (!isProblem(error)) throw error;
    log.error({ requestId, err: error }, "message neither said nor kept");
    return { heardBy: "nobody" };
  }
}

/**
 * Says something in a channel of the workspace's choice, that nobody in particular has asked for; later where Slack does
 * not take it now. Never throws.
 */
export async function announceInChannel(
  services: Services,
  { workspaceId, channelId, ...said }: ChannelAnnouncement,
): Promise<void> {
  try {
    const installed = await services.installationOf(workspaceId);
    if (!installed) return;
    const clients = services.clients(installed.botToken);
    await announce(services, { workspaceId, clients, conversation: { channelId }, ...said });
  } catch (error) {
    const { requestId } = said;
    services.log.error({ requestId, workspace: workspaceId, err: error }, "channel not told");
  }
}
