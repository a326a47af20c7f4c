import type { ModalView } from "@slack/types";
import type { Role } from "../../domain/actor.ts";
import { type ChangeKind, pick, snapshot } from "../../domain/change.ts";
import type { NumberKey } from "../../domain/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import { matchNumber } from "../../operations/numbers/find-numbers.ts";
import type { Incident } from "../../domain/incident.ts";
import { openIncident } from "../../operations/incident/incident-changes.ts";
import { getNumber, type NumberView } from "../../operations/numbers/get-number.ts";
import { requireOperator, requireRole, rightsHere } from "../../operations/access/permissions.ts";
import { cut, escape, limits } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { explainInView } from "../listener/error-reply.ts";
import type { ChangeForm, FormNumber } from "./change-form-state.ts";
import { standingFor } from "../forms/form-restrictions.ts";
import { incidentFault, openIncidentsText } from "../forms/incident-choice.ts";
import { lastKnownWords } from "../numbers/last-known-message.ts";
import { matchWords } from "../numbers/match-message.ts";
import { noConnectionBlocks } from "../connections/no-connection-message.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { formTroubleLines, troubleLines } from "../connections/outage-notice.ts";
import { becomeNewest, isNewest } from "../forms/latest-request.ts";
import { openView, redrawForm, redrawView, type OpenedView } from "../forms/modals.ts";
import { changeView, skeletonView, type ChangeFormKind, type Drawing } from "./change-form.ts";
import { changeForms } from "./forms.ts";
import type { FormValues } from "../forms/inputs.ts";
import { wishedAgent } from "./draft-agent.ts";
import { wishedEnd, type WishedEnd } from "./draft-expiry.ts";
import { wishedValues, type Wish } from "../forms/change-draft.ts";
import { answersText, numberLabel, numberTitle } from "../block-kit/format.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { wordsView } from "../forms/text-modal.ts";

/**
 * Opens a change form: a skeleton at once, since the trigger lives 3 s, and only then anything that has to be asked.
 * Asked for inside a form, it takes that form's place. `since` is asked for words about what has happened meanwhile.
 */
export async function openChangeForm(
  at: Desk,
  verb: ChangeKind,
  wish: Wish,
  inView?: OpenedView,
  since: () => Promise<string | undefined> = async () => undefined,
): Promise<void> {
  const kind = changeForms[verb];
  const form: ChangeForm = { verb, from: fromConversation(at.conversation), revision: 0, wish };
  const skeleton = skeletonView(kind, form);
  if (inView) {
    becomeNewest(inView.id, "number", at.ctx.requestId);
    await redrawView(at, inView, skeleton);
  }
  const opened = inView ?? (await openView(at, skeleton, { verb, wish }));
  if (!opened) return;
  try {
    await requireRole(at.ctx, "operator", "change numbers");
    const { reason: reasonRule } = await at.ctx.workspace.settings.read();
    await fillForm(at, opened, { ...form, reasonRule }, wish, await since());
  } catch (error) {
    await explainInView(at, opened, kind.title, error);
  }
}

/** Puts into an open form what was wished for, and what its vendor says now. */
async function fillForm(
  at: Desk,
  opened: OpenedView,
  form: ChangeForm,
  wish: Wish,
  since: string | undefined,
): Promise<void> {
  const kind = changeForms[form.verb];
  const stillWanted = () => isNewest(opened.id, "number", at.ctx.requestId);
  const draw = async (view: ModalView) => redrawForm(at, opened, view, { verb: form.verb, wish });
  if ((await at.ctx.workspace.vault.list()).length === 0) {
    await draw(wordsView(kind.title, noConnectionBlocks()));
    return;
  }
  if (wish.key) {
    await readNumber(at, opened, form, wish.key, { notice: since }, stillWanted);
    return;
  }
  if (!wish.numberText) {
    await draw(changeView(kind, form, undefined, { trouble: await troubleLines(at) }));
    return;
  }
  const match = await matchNumber(at.ctx, wish.numberText);
  if (match.kind === "one") {
    await readNumber(at, opened, form, match.number.key, {}, stillWanted);
    return;
  }
  const notice = matchWords(match, wish.numberText);
  const choices = match.kind === "several" ? match.numbers : match.nearest;
  const trouble = await troubleLines(at);
  if (stillWanted()) await draw(changeView(kind, form, undefined, { notice, trouble, choices }));
}

/**
 * Reads a number live and draws the form with it and with what was wished for; the form says so when the vendor does
 * not answer. Draws nothing when `stillWanted` says that another number was chosen meanwhile.
 */
export async function readNumber(
  at: Desk,
  opened: OpenedView,
  form: ChangeForm,
  key: NumberKey,
  drawing: Drawing,
  stillWanted: () => boolean = () => true,
): Promise<void> {
  const kind = changeForms[form.verb];
  const { wish = {} } = form;
  const again = { verb: form.verb, wish: { ...wish, key } };
  let shown: ChangeForm;
  let view: NumberView;
  let wished: { agent?: FormValues[string]; notice?: string };
  let end: WishedEnd;
  let incident: Incident | undefined;
  let noIncident: string | undefined;
  let openIncidents: string | undefined;
  try {
    await requireOperator(at.ctx, key.connectionId);
    view = await getNumber(at.ctx, key);
    const { role } = await rightsHere(at.ctx);
    shown = { ...form, number: await formNumber(at, kind, view, role), wish: undefined };
    incident = await openIncident(at.ctx, form.from.channelId);
    openIncidents = await openIncidentsText(at);
    noIncident = wish.incident === undefined ? undefined : await incidentFault(at, wish.incident);
    end = await wishedEnd(at, wish);
    wished = wish.agentText ? await wishedAgent(at, view, wish.agentText) : {};
  } catch (error) {
    if (!isProblem(error)) throw error;
    const notice = `${problemText(toProblem(error))}${await lastKnownWords(at, key, error)}`;
    const unread: ChangeForm = { ...form, number: undefined };
    const trouble = await troubleLines(at, key.connectionId);
    if (stillWanted())
      await redrawForm(
        at,
        opened,
        changeView(kind, unread, undefined, { notice, trouble, unread: key }),
        again,
      );
    return;
  }
  const { agent } = wished;
  const fault = noIncident && escape(noIncident);
  const notice = [drawing.notice, wished.notice, fault, end.notice].filter(Boolean).join("\n") || undefined;
  const values = {
    ...(incident ? { incident: { value: incident.key, label: undefined } } : {}),
    ...wishedValues(wish, view.labels),
    ...end.values,
    ...(agent ? { agent } : {}),
    ...drawing.values,
  };
  const drawn = {
    ...drawing,
    values,
    notice,
    openIncidents,
    trouble: await formTroubleLines(at, form.verb, key.connectionId),
  };
  if (stillWanted()) await redrawForm(at, opened, changeView(kind, shown, view.vendor, drawn), again);
}

/** The number as the form carries it. Throws unsupported when a field is too long for an input, which would cut it. */
async function formNumber(at: Desk, kind: ChangeFormKind, view: NumberView, role: Role): Promise<FormNumber> {
  const { key, vendor, connection, number, labels, readAt, standing } = view;
  const seen = pick(snapshot(number), kind.owned(vendor));
  if (Object.values(seen).some((value) => value !== null && Array.from(value).length > limits.inputMax)) {
    throw new Problem(
      "unsupported",
      `What ${vendor.title} keeps with this number is too long for a form in Slack. ${vendor.dashboard}`,
    );
  }
  const named = Object.entries(labels).filter(([id]) => Object.values(seen).includes(id));
  return {
    ...key,
    vendor: vendor.id,
    connection: cut(connection.name, 60),
    title: numberTitle(number),
    label: cut(numberLabel(number), 75),
    answers: answersText(number.agent, labels),
    seen,
    labels: Object.fromEntries(named.map(([id, name]) => [id, cut(name, 75)])),
    readAt: readAt.toISOString(),
    ...(kind.verb === "detach" && number.detachNote ? { detachNote: cut(number.detachNote, 200) } : {}),
    ...(standing ? { standing: await standingFor(at, standing, role) } : {}),
  };
}
