import type { SeenDrift } from "../../domain/changes/drift.ts";
import type { Context } from "../../operations/shared/context.ts";
import { announceInChannel } from "../delivery/deliver.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { driftFindingsSubject, driftMessage, driftsPerMessage } from "./drift-message.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Posts the first of these findings to the workspace's announcements channel, and returns those. Without a channel,
 * the App Home alone shows drift.
 */
export async function notifyDrift(
  deps: SlackDeps,
  { workspace, requestId }: Context,
  found: readonly SeenDrift[],
): Promise<readonly SeenDrift[]> {
  const { announcementsChannelId: channelId } = await workspace.settings.read();
  if (channelId === undefined) return [];
  const part = found.slice(0, driftsPerMessage);
  const about = { what: `${part.length} changed numbers`, ids: { workspace: workspace.id } };
  await announceInChannel(deps, {
    workspaceId: workspace.id,
    channelId,
    message: formatOrFallback(deps, about, () => driftMessage(part, deps.accounts)),
    requestId,
    act: driftFindingsSubject(part),
  });
  return part;
}
