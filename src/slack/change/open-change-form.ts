import type { ModalView } from "@slack/types";
import type { Role } from "../../domain/shared/actor.ts";
import { agentIdsOf, type ChangeKind, pick, snapshot } from "../../domain/numbers/change.ts";
import { answeringBesides, type NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { loadNumberToChange, type NumberToChange } from "../../operations/change/load-number-to-change.ts";
import { sideBySide } from "../../operations/shared/side-by-side.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { cut, limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import type { ChangeForm, FormNumber } from "./change-form-state.ts";
import { formRestrictionsFor } from "../forms/form-restrictions.ts";
import { openIncidentsText } from "../forms/incident-input.ts";
import { lastKnownWords } from "../numbers/last-known-message.ts";
import { matchWords } from "../numbers/match-message.ts";
import { noConnectionBlocks } from "../connections/no-connection-message.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { connectionWarnings, outageLines } from "../connections/outage-notice.ts";
import { openView, redrawForm, takeView, type OpenedView } from "../forms/modals.ts";
import { changeView, skeletonView, type Drawing } from "./change-form.ts";
import { draftValues, type StartValues } from "./draft-values.ts";
import { changeForms } from "./forms.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberOptionValue } from "../forms/number-option.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { numberLabel, numberTitle } from "../block-kit/number-title.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";
import { answersClause, answersText } from "../block-kit/agent-text.ts";

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
  let loaded: NumberToChange;
  let shown: ChangeForm;
  let start: StartValues;
  let openIncidents: string | undefined;
  try {
    loaded = await loadNumberToChange(req.ctx, key, {
      verb: form.verb,
      agentText: draft.agentText,
      channelId: form.from.channelId,
    });
    const number = await formNumber(req, kind, loaded.view, loaded.role);
    const obstacle = loaded.obstacle === undefined ? {} : { obstacle: cut(loaded.obstacle, 300) };
    const { holding: agent } = loaded;
    const holding = agent ? { holding: { id: agent.id, name: cut(agent.name, 75) } } : {};
    shown = { ...form, number: { ...number, ...obstacle, ...holding }, wish: undefined };
    openIncidents = await openIncidentsText(req);
    start = await draftValues(req, draft, loaded);
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
  const notice = [drawing.notice, ...start.notices].filter(Boolean).join("\n") || undefined;
  const values = { ...start.values, ...drawing.values };
  const trouble = connectionWarnings(form.verb, loaded);
  const drawn = { ...drawing, values, notice, openIncidents, trouble };
  if (stillWanted()) await redrawForm(req, opened, changeView(kind, shown, loaded.view.vendor, drawn), again);
}

/** The number for the form's state. Throws unsupported if a field is too long for an input, which would truncate it. */
async function formNumber(
  req: RequestContext,
  kind: ChangeFormKind,
  view: NumberView,
  role: Role,
): Promise<FormNumber> {
  const { key, vendor, connection, number, labels, readAt, restrictions } = view;
  const seen = pick(snapshot(number), kind.owned(vendor));
  if (Object.values(seen).some((value) => value !== null && Array.from(value).length > limits.inputMax)) {
    throw new Problem(
      "unsupported",
      `What ${vendor.title} keeps with this number is too long for a form in Slack. ${vendor.dashboard}`,
    );
  }
  const answers = answersText(number, labels, vendor);
  const clause = answersClause(number, labels, vendor);
  const option = await numberOptionValue(req, key);
  const { chooser } = answeringBesides(number, kind.verb === "detach");
  const ids = agentIdsOf(seen);
  const named = Object.entries(labels).filter(([id]) => ids.has(id));
  return {
    ...key,
    vendor: vendor.id,
    connection: cut(connection.name, 60),
    title: numberTitle(number),
    label: cut(numberLabel(number), 75),
    ...(option === numberValue.encode(key) ? {} : { option }),
    answers,
    ...(clause === `${answers} answers` ? {} : { now: clause }),
    seen,
    labels: Object.fromEntries(named.map(([id, name]) => [id, cut(name, 75)])),
    readAt: readAt.toISOString(),
    ...(number.answeredBy === undefined ? {} : { answeredBy: cut(number.answeredBy, 100) }),
    ...(chooser === undefined ? {} : { chooser: cut(chooser, 100) }),
    ...(kind.verb === "detach" && number.detachNote ? { detachNote: cut(number.detachNote, 200) } : {}),
    ...(number.unbindable === undefined ? {} : { isUnbindable: true }),
    ...(restrictions ? { standing: await formRestrictionsFor(req, { ...view, restrictions }, role) } : {}),
  };
}
