import type { WorkspaceSettings } from "../../domain/workspace-settings.ts";
import { message, section } from "../block-kit.ts";
import { voice } from "../conversation.ts";
import type { Desk } from "../desk.ts";
import { bare } from "../words.ts";

const channels = {
  announcementsChannelId: "what Patchbay does and refuses is announced",
  checkpointsChannelId: "signed checkpoints of the audit log are shown",
} as const satisfies Partial<Record<keyof WorkspaceSettings, string>>;

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
  for (const key of ["announcementsChannelId", "checkpointsChannelId"] as const) {
    const channelId = after[key];
    if (channelId === undefined || channelId === before[key]) continue;
    const words = `From now on ${channels[key]} here; <@${at.conversation.userId}> has chosen this channel.`;
    const { log, requestId } = at.ctx;
    const there = voice(at.clients, { channelId }, { log, requestId, slackApiUrl: at.services.slackApiUrl });
    const { heardBy } = await there.announce(message([section(words)], bare(words)));
    if (heardBy === "nobody")
      unheard.push(`:warning: Patchbay cannot speak in <#${channelId}>: invite it there with \`/invite\`.`);
  }
  return unheard;
}
