import type { WorkspaceSettings } from "../../domain/workspace-settings.ts";
import { message, section } from "../block-kit/blocks.ts";
import { messenger } from "../context/messenger.ts";
import type { RequestContext } from "../context/request-context.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

const channels: readonly { of(settings: WorkspaceSettings): string | undefined; readonly what: string }[] = [
  {
    of: ({ announcementsChannelId }) => announcementsChannelId,
    what: "changes and refusals",
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
 * Says in each channel that was newly chosen what it is for from now on. Gives words about those where Slack does not let
 * Patchbay speak, so that an admin hears of it at once and not when something should have been said there.
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
    const { log, metrics, requestId } = req.ctx;
    const { slackApiUrl } = req.deps;
    const there = messenger(req.clients, { channelId }, { log, metrics, requestId, slackApiUrl });
    const { deliveredTo: heardBy } = await there.announce(message([section(words)], stripMrkdwn(words)));
    if (heardBy === "nobody")
      unheard.push(`:warning: Patchbay cannot post in <#${channelId}>. Invite it there with \`/invite\`.`);
  }
  return unheard;
}
