import { settingsToChange } from "../../operations/workspace/change-settings.ts";
import { section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { type ClickedView, textModal } from "../forms/text-modal.ts";
import { offeredSources, settingsTitle, settingsView } from "./settings-form.ts";
import { sectionById, sectionsOf, settingsSections } from "./sections.ts";
import { settingsFormState, type SettingsForm } from "./settings-form-state.ts";
import { withTyped } from "./typed-inputs.ts";

/** Opens the settings of the workspace, or of one of its connections; or shows why the person may not. */
export async function openSettings(req: RequestContext, connectionId?: string): Promise<void> {
  const opened = await openView(
    req,
    textModal(settingsTitle, [section(":hourglass_flowing_sand: One moment…")]),
  );
  if (!opened) return;
  try {
    const { settings, revision } = await settingsToChange(req.ctx);
    const sections = await sectionsOf(req, connectionId);
    const offer = await offeredSources(req);
    const form: SettingsForm = {
      from: fromConversation(req.conversation),
      revision,
      withGroups: offer.groups !== undefined,
      ...(connectionId === undefined ? { topic: settingsSections[0]?.id } : { connectionId }),
    };
    await redrawView(req, opened, settingsView(form, { settings, sections, offer }));
  } catch (error) {
    await errorReplyInView(req, opened, settingsTitle, error);
  }
}

/** A topic was chosen: shows it, and keeps what was entered in the one before. */
export async function chooseTopic(
  req: RequestContext,
  view: ClickedView,
  topic: string | undefined,
): Promise<void> {
  const { requestId } = req.ctx;
  const { latestRequests } = req.deps.memory;
  latestRequests.mark(view.id, "number", requestId);
  // One update of a form at a time, and only for the last choice.
  await req.deps.memory.viewTurns.withLock(view.id, async () => {
    const shown = settingsFormState.parse(view.private_metadata);
    const { settings } = await settingsToChange(req.ctx);
    const next = sectionById(settingsSections, topic);
    const typed = withTyped(shown, sectionById(settingsSections, shown.topic).id, view.state);
    const offer = await offeredSources(req);
    if (!latestRequests.isLatest(view.id, "number", requestId)) return;
    const drawing = { settings, sections: settingsSections, offer };
    await redrawView(req, { id: view.id }, settingsView({ ...typed, topic: next.id }, drawing));
  });
}
