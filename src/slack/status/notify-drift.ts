import { driftSubject } from "../../domain/act.ts";
import type { Context } from "../../operations/shared/context.ts";
import { announceInChannel } from "../delivery/deliver.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { driftAct, driftMessage, driftsPerMessage } from "./drift-message.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Says what was found and nobody was notified of yet, some at a time, in the channel that the workspace has set for announcements;
 * without one it is on the App Home alone.
 */
export async function notifyDrift(deps: SlackDeps, { workspace, requestId }: Context): Promise<void> {
  // What was told before may be gone by now.
  deps.lookAtActs(workspace.id, driftSubject);
  const { announcementsChannelId: channelId } = await workspace.settings.read();
  if (channelId === undefined) return;
  for (;;) {
    const part = (await workspace.drifts.unsaid()).slice(0, driftsPerMessage);
    if (part.length === 0) return;
    const about = { what: `${part.length} changed numbers`, ids: { workspace: workspace.id } };
    await announceInChannel(deps, {
      workspaceId: workspace.id,
      channelId,
      message: formatOrFallback(deps, about, () => driftMessage(part)),
      requestId,
      act: driftAct(part),
    });
    await workspace.drifts.noteSaid(part);
  }
}
