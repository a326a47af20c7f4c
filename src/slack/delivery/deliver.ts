import type { Act } from "../../domain/act.ts";
import { logAbout } from "../../domain/log.ts";
import { isProblem } from "../../domain/problem.ts";
import { noteActMessage } from "./act-messages.ts";
import type { Message } from "../block-kit/blocks.ts";
import { messenger, type Delivered, type Recipients } from "../context/messenger.ts";
import type { Clients, SlackDeps } from "../context/services.ts";

/** Something that a conversation has to hear, now or later. */
export interface Announcement {
  readonly workspaceId: string;
  readonly clients: Clients;
  readonly conversation: Recipients;
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
export async function deliver(deps: SlackDeps, announcement: Announcement): Promise<Delivered> {
  const { workspaceId, clients, conversation, message, requestId, act } = announcement;
  const toBeUpdated = announcement.toBeUpdated === true || act !== undefined;
  const { userId, channelId, threadTs } = conversation;
  const { outbox } = deps.store;
  const place = { userId, channelId, threadTs };
  const { metrics, slackApiUrl } = deps;
  const log = logAbout(deps.log, { workspace: workspaceId });
  try {
    if (!(await outbox.hasPending(workspaceId, place))) {
      const delivered = await messenger(clients, conversation, {
        log,
        metrics,
        requestId,
        slackApiUrl,
      }).announce(message, {
        toBeUpdated,
      });
      if (act && delivered.message)
        await noteActMessage(deps, workspaceId, { act, address: delivered.message, message });
      if (delivered.deliveredTo !== "nobody") return delivered;
    }
    await outbox.add(workspaceId, place, act ? { ...message, act } : message);
    return { deliveredTo: "later" };
  } catch (error) {
    if (!isProblem(error)) throw error;
    log.error({ requestId, err: error }, "message neither said nor kept");
    return { deliveredTo: "nobody" };
  }
}

/**
 * Says something in a channel of the workspace's choice, that nobody in particular has asked for; later where Slack does
 * not take it now. Never throws.
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
    deps.log.error({ requestId, workspace: workspaceId, err: error }, "channel not told");
  }
}
