import type { TimedStory } from "../../operations/expiry/expiry-event.ts";
import { announce } from "../delivery/deliver.ts";
import { redrawHomeOf } from "../status/app-home.ts";
import { inWords } from "../delivery/format-or-fallback.ts";
import { expiryAct } from "../block-kit/expiry-buttons.ts";
import { timedMessage } from "./expiry-message.ts";
import type { Services } from "../context/services.ts";

/**
 * Says where a change was asked what has become of its end: later where Slack does not take it now. Never throws; a
 * workspace that has removed Patchbay hears nothing.
 */
export async function tellTimed(services: Services, workspaceId: string, story: TimedStory): Promise<void> {
  const { changeId } = story.timed;
  const requestId = `timed:${changeId}`;
  try {
    const installed = await services.installationOf(workspaceId);
    if (!installed) return;
    const about = { what: `the end of change ${changeId}`, ids: { workspace: workspaceId, changeId } };
    await announce(services, {
      workspaceId,
      clients: services.clients(installed.botToken),
      conversation: story.timed.place,
      message: inWords(services, about, () => timedMessage(story, services.accounts)),
      requestId,
      act: story.news.kind === "reminder" ? expiryAct(story.timed) : undefined,
    });
    await redrawHomeOf(services, installed, { ...story.timed.place, requestId });
  } catch (error) {
    services.log.error({ workspace: workspaceId, changeId, err: error }, "end of a change not told");
  }
}
