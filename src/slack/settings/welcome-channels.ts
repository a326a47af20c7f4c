import type { WorkspaceSettings } from "../../domain/workspace-settings.ts";
import { message, section } from "../block-kit/blocks.ts";
import { voice } from "../context/messenger.ts";
import type { Desk } from "../context/request-context.ts";
import { bare } from "../block-kit/format.ts";

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
export async function greetChannels(
  at: Desk,
  before: WorkspaceSettings,
  after: WorkspaceSettings,
): Promise<readonly string[]> {
  const unheard: string[] = [];
  for (const { of, what } of channels) {
    const channelId = of(after);
    if (channelId === undefined || channelId === of(before)) continue;
    const words = `From now on ${what} here; <@${at.conversation.userId}> has chosen this channel.`;
    const { log, metrics, requestId } = at.ctx;
    const { slackApiUrl } = at.services;
    const there = voice(at.clients, { channelId }, { log, metrics, requestId, slackApiUrl });
    const { heardBy } = await there.announce(message([section(words)], bare(words)));
    if (heardBy === "nobody")
      unheard.push(`:warning: Patchbay cannot speak in <#${channelId}>: invite it there with \`/invite\`.`);
  }
  return unheard;
}
