import type { Context } from "../operations/context.ts";
import { lookForDrift } from "../operations/look-for-drift.ts";
import { announceInChannel } from "./announce.ts";
import { inWords } from "./in-words.ts";
import { driftMessage, driftsPerMessage } from "./messages/drift.ts";
import type { Services } from "./services.ts";

/** Those whose numbers are being looked at: two rounds at once would say things twice. */
const looking = new WeakSet<Services>();

/**
 * Looks for drift in every workspace and says what is new, once, in the channel that the workspace has set for
 * announcements; without one it is on the App Home alone. Never throws.
 */
export async function watchDrift(
  services: Services,
  contextFor: (workspaceId: string) => Context,
): Promise<void> {
  if (looking.has(services)) return;
  looking.add(services);
  try {
    for (const workspaceId of await services.store.workspaceIds()) {
      try {
        const ctx = contextFor(workspaceId);
        await lookForDrift(ctx);
        await sayDrift(services, ctx);
      } catch (error) {
        services.log.error({ workspace: workspaceId, err: error }, "not looked for drift");
      }
    }
  } catch (error) {
    services.log.error({ err: error }, "not looked for drift");
  } finally {
    looking.delete(services);
  }
}

async function sayDrift(services: Services, { workspace, requestId }: Context): Promise<void> {
  const { announcementsChannelId: channelId } = await workspace.settings.read();
  if (channelId === undefined) return;
  const unsaid = await workspace.drifts.unsaid();
  for (let from = 0; from < unsaid.length; from += driftsPerMessage) {
    const part = unsaid.slice(from, from + driftsPerMessage);
    const about = { what: `${part.length} changed numbers`, ids: { workspace: workspace.id } };
    await announceInChannel(services, {
      workspaceId: workspace.id,
      channelId,
      message: inWords(services, about, () => driftMessage(part)),
      requestId,
    });
    await workspace.drifts.noteSaid(part);
  }
}
