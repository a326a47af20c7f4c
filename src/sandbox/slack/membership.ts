import { isForeign, type Session } from "./person/session.ts";
import type { MembershipResult } from "./types.ts";

/** Why this person cannot add the app to a conversation or remove it, or undefined if they can. */
function refusalOf(session: Session, channelId: string): MembershipResult | undefined {
  const channel = session.workspace.channel(channelId);
  if (channel === undefined || channel.between !== undefined) return "method_not_supported_for_channel_type";
  const { isRestricted = false, isUltraRestricted = false } = session.user;
  return isForeign(session) || isRestricted || isUltraRestricted ? "restricted_action" : undefined;
}

/** Adds the app to a channel like `/invite`, with a message there. */
export async function inviteApp(session: Session, channelId: string): Promise<MembershipResult> {
  const { world, workspace, user } = session;
  const refused = refusalOf(session, channelId);
  if (refused !== undefined) return refused;
  if (workspace.botChannels.has(channelId)) return "already_in_channel";
  workspace.botChannels.add(channelId);
  // `emulate` lets nobody join a private channel by invitation, and does not check membership for posting.
  if (workspace.channel(channelId)?.isPrivate !== true)
    await workspace.ask("conversations.join", { channel: channelId });
  world.messages.post(
    { text: `was added to <#${channelId}> by <@${user.id}>.`, blocks: [] },
    { workspace, channelId },
  );
  return "done";
}

/** Removes the app from a channel like `/remove`, with a message there. */
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
