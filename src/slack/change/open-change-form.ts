import type { ModalView } from "@slack/types";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { sideBySide } from "../../operations/shared/side-by-side.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import type { RequestContext } from "../context/request-context.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import type { ChangeForm } from "./change-form-state.ts";
import { openIncidentsText } from "../forms/incident-input.ts";
import { lastKnownWords } from "../numbers/last-known-message.ts";
import { matchWords } from "../numbers/match-message.ts";
import { noConnectionBlocks } from "../connections/no-connection-message.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { connectionWarnings, outageLines } from "../connections/outage-notice.ts";
import { loadForm, type LoadedForm } from "./load-form.ts";
import { openView, redrawForm, takeView, type OpenedView } from "../forms/modals.ts";
import { changeView, skeletonView, type Drawing } from "./change-form.ts";
import { changeForms } from "./forms.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";

/**
 * Opens a change form. Because a trigger expires after 3 s, it opens a skeleton at once and then loads the rest. If
 * requested in a form, it replaces that form. `since` returns text about what has happened meanwhile.
 */
export async function openChangeForm(
  req: RequestContext,
  verb: ChangeKind,
  draft: ChangeDraft,
  inView?: OpenedView,
  since: () => Promise<string | undefined> = async () => undefined,
): Promise<void> {
  const kind = changeForms[verb];
  const form: ChangeForm = { verb, from: fromConversation(req.conversation), revision: 0, wish: draft };
  const skeleton = skeletonView(kind, form);
  if (inView) req.deps.memory.latestRequests.mark(inView.id, "number", req.ctx.requestId);
  const opened = inView
    ? await takeView(req, inView, skeleton)
    : await openView(req, skeleton, { verb, wish: draft });
  if (!opened) return;
  try {
    const [, { reason: reasonRule }] = await sideBySide(
      requireRoleAudited(req.ctx, "operator", "change numbers"),
      req.ctx.workspace.settings.read(),
    );
    await fillForm(req, opened, { ...form, reasonRule }, draft, await since());
  } catch (error) {
    await errorReplyInView(req, opened, kind.title, error);
  }
}

/** Fills an open form with the draft and with what the vendor reports now. */
async function fillForm(
  req: RequestContext,
  opened: OpenedView,
  form: ChangeForm,
  draft: ChangeDraft,
  since: string | undefined,
): Promise<void> {
  const kind = changeForms[form.verb];
  const stillWanted = () => req.deps.memory.latestRequests.isLatest(opened.id, "number", req.ctx.requestId);
  const draw = async (view: ModalView) => redrawForm(req, opened, view, { verb: form.verb, wish: draft });
  if ((await req.ctx.workspace.connections.list()).length === 0) {
    await draw(textModal(kind.title, noConnectionBlocks()));
    return;
  }
  if (draft.key) {
    await readNumber(req, opened, form, draft.key, { notice: since }, stillWanted);
    return;
  }
  if (!draft.numberText) {
    await draw(changeView(kind, form, undefined, { trouble: await outageLines(req) }));
    return;
  }
  const match = await matchNumber(req.ctx, draft.numberText);
  if (match.kind === "one") {
    await readNumber(req, opened, form, match.number.key, {}, stillWanted);
    return;
  }
  const notice = matchWords(match, draft.numberText);
  const choices = match.kind === "several" ? match.numbers : match.nearest;
  const trouble = await outageLines(req);
  if (stillWanted()) await draw(changeView(kind, form, undefined, { notice, trouble, choices }));
}

/**
 * Reads a number live and updates the form with it and the draft. If the vendor does not respond, the form says so.
 * Does nothing if another number was chosen meanwhile, according to `stillWanted`.
 */
export async function readNumber(
  req: RequestContext,
  opened: OpenedView,
  form: ChangeForm,
  key: NumberKey,
  drawing: Drawing,
  stillWanted: () => boolean = () => true,
): Promise<void> {
  const kind = changeForms[form.verb];
  const { wish: draft = {} } = form;
  const again = { verb: form.verb, wish: { ...draft, key } };
  let loadedForm: LoadedForm;
  let openIncidents: string | undefined;
  try {
    loadedForm = await loadForm(req, form, key);
    openIncidents = await openIncidentsText(req);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const notice = `${problemText(toProblem(error))}${await lastKnownWords(req, key, error)}`;
    const unread: ChangeForm = { ...form, number: undefined };
    const trouble = await outageLines(req, key.connectionId);
    if (stillWanted())
      await redrawForm(
        req,
        opened,
        changeView(kind, unread, undefined, { notice, trouble, unread: key }),
        again,
      );
    return;
  }
  const { loaded, number, start } = loadedForm;
  const shown = { ...form, number, wish: undefined };
  const notice = [drawing.notice, ...start.notices].filter(Boolean).join("\n") || undefined;
  const values = { ...start.values, ...drawing.values };
  const trouble = connectionWarnings(form.verb, loaded);
  const drawn = { ...drawing, values, notice, openIncidents, trouble };
  if (stillWanted()) await redrawForm(req, opened, changeView(kind, shown, loaded.view.vendor, drawn), again);
}
