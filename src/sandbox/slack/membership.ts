import { isForeign, type Session } from "./session.ts";
import type { MembershipResult } from "./types.ts";

/** Why this person cannot decide whether the app is in a conversation, or undefined when they can. */
function refusalOf(session: Session, channelId: string): MembershipResult | undefined {
  const channel = session.workspace.channel(channelId);
  if (channel === undefined || channel.between !== undefined) return "method_not_supported_for_channel_type";
  const { isRestricted = false, isUltraRestricted = false } = session.user;
  return isForeign(session) || isRestricted || isUltraRestricted ? "restricted_action" : undefined;
}

/** Adds the app to a channel, as `/invite` does, and says so there. */
export async function inviteApp(session: Session, channelId: string): Promise<MembershipResult> {
  const { world, workspace, user } = session;
  const refused = refusalOf(session, channelId);
  if (refused !== undefined) return refused;
  if (workspace.botChannels.has(channelId)) return "already_in_channel";
  workspace.botChannels.add(channelId);
  // `emulate` lets nobody who is invited into a private channel, and asks no members whether they may write there.
  if (workspace.channel(channelId)?.isPrivate !== true)
    await workspace.ask("conversations.join", { channel: channelId });
  world.messages.post(
    { text: `was added to <#${channelId}> by <@${user.id}>.`, blocks: [] },
    { workspace, channelId },
  );
  return "done";
}

/** Takes the app out of a channel, as `/remove` does, and says so there. */
export function removeApp(session: Session, channelId: string): MembershipResult {
  const { world, workspace, user } = session;
  const refused = refusalOf(session, channelId);
  if (refused !== undefined) return refused;
  if (!workspace.botChannels.delete(channelId)) return "not_in_channel";
  world.messages.post(
    { text: `was removed from <#${channelId}> by <@${user.id}>.`, blocks: [] },
    { workspace, channelId },
  );
  return "done";
}
