import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import { message, section } from "../block-kit/blocks.ts";
import { messenger } from "../context/messenger.ts";
import type { RequestContext } from "../context/request-context.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

const channels: readonly { of(settings: WorkspaceSettings): string | undefined; readonly what: string }[] = [
  {
    of: ({ announcementsChannelId }) => announcementsChannelId,
    what: "changes, approvals and freezes",
  },
  {
    of: ({ checkpointsChannelId }) => checkpointsChannelId,
    what: "signed checkpoints of the audit log",
  },
  {
    of: ({ protection }) => protection?.channelId,
    what: "approval requests and break-glass changes",
  },
];

/**
 * Posts to each newly chosen channel what it will be used for. Returns a warning for channels that Patchbay cannot post
 * to, so that an admin learns this now and not when a message is lost.
 */
export async function welcomeChannels(
  req: RequestContext,
  before: WorkspaceSettings,
  after: WorkspaceSettings,
): Promise<readonly string[]> {
  const unheard: string[] = [];
  for (const { of, what } of channels) {
    const channelId = of(after);
    if (channelId === undefined || channelId === of(before)) continue;
    const words = `Patchbay now posts ${what} here. <@${req.conversation.userId}> chose this channel.`;
    const { log, metrics, tracer, requestId } = req.ctx;
    const { slackApiUrl } = req.deps;
    const there = messenger(req.clients, { channelId }, { log, metrics, tracer, requestId, slackApiUrl });
    const { deliveredTo } = await there.announce(message([section(words)], stripMrkdwn(words)));
    if (deliveredTo === "nobody")
      unheard.push(`:warning: Patchbay cannot post in <#${channelId}>. Invite it there with \`/invite\`.`);
  }
  return unheard;
}
