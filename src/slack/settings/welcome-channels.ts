import type { WorkspaceSettings } from "../../domain/workspace-settings.ts";
import { message, section } from "../block-kit/blocks.ts";
import { messenger } from "../context/messenger.ts";
import type { RequestContext } from "../context/request-context.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

const channels: readonly { of(settings: WorkspaceSettings): string | undefined; readonly what: string }[] = [
  {
    of: ({ announcementsChannelId }) => announcementsChannelId,
    what: "what Patchbay does and refuses is announced",
  },
  {
    of: ({ checkpointsChannelId }) => checkpointsChannelId,
    what: "signed checkpoints of the audit log are shown",
  },
  {
    of: ({ protection }) => protection?.channelId,
    what: "the approval of changes is asked for, and break-glass is told,",
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
    const words = `From now on ${what} here; <@${req.conversation.userId}> has chosen this channel.`;
    const { log, metrics, requestId } = req.ctx;
    const { slackApiUrl } = req.deps;
    const there = messenger(req.clients, { channelId }, { log, metrics, requestId, slackApiUrl });
    const { deliveredTo: heardBy } = await there.announce(message([section(words)], stripMrkdwn(words)));
    if (heardBy === "nobody")
      unheard.push(`:warning: Patchbay cannot speak in <#${channelId}>: invite it there with \`/invite\`.`);
  }
  return unheard;
}
