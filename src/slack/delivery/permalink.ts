import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { escape } from "../block-kit/blocks.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * A link to one of our messages, in mrkdwn after a space, for words that point to it. Empty if Slack does not say its address
 * now: then the words have to do. Never throws.
 */
export async function linkTo(
  { installationOf, clients, log }: Pick<SlackDeps, "installationOf" | "clients" | "log">,
  workspaceId: string,
  address: MessageAddress | undefined,
): Promise<string> {
  if (!address) return "";
  const { channelId: channel, ts } = address;
  try {
    const installed = await installationOf(workspaceId);
    if (!installed) return "";
    const { quick } = clients(installed.botToken);
    const { permalink } = await quick.chat.getPermalink({ channel, message_ts: ts });
    return permalink === undefined ? "" : ` <${escape(permalink)}|Show it>`;
  } catch (error) {
    log.info({ workspace: workspaceId, channel, ts, err: error }, "no link to a message");
    return "";
  }
}
