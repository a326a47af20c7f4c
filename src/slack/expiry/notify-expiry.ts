import type { ExpiryNotice } from "../../domain/changes/expiry-notice.ts";
import { deliver } from "../delivery/deliver.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { expiryMessage, expiryNoticeSubject } from "./expiry-message.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Reports an expiry event in the conversation of the request, or later if Slack does not accept it now. Never throws. A
 * workspace that has uninstalled Patchbay gets nothing.
 */
export async function notifyExpiry(deps: SlackDeps, workspaceId: string, story: ExpiryNotice): Promise<void> {
  const { changeId, place } = story.temporary;
  // It was made on the command line, for nobody in Slack. Announcements are read from the log.
  if (place.userId === undefined && place.channelId === undefined) return;
  const requestId = `timed:${changeId}`;
  try {
    const installed = await deps.installationOf(workspaceId);
    if (!installed) return;
    const about = { what: `the end of change ${changeId}`, ids: { workspace: workspaceId, changeId } };
    await deliver(deps, {
      workspaceId,
      clients: deps.clients(installed.botToken),
      conversation: place,
      message: formatOrFallback(deps, about, () => expiryMessage(story, deps.accounts)),
      requestId,
      act: expiryNoticeSubject(story),
    });
    await deps.redrawHomeOf(installed, { ...place, requestId });
  } catch (error) {
    deps.log.error({ workspace: workspaceId, changeId, err: error }, "expiry not reported");
  }
}
