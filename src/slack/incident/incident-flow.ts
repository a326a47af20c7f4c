import type { ModalView } from "@slack/types";
import { incidentKey, type Incident } from "../../domain/changes/incident.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isBlank, visibleLine } from "../../domain/text/visible-text.ts";
import { openIncident, showIncident } from "../../operations/incident/incident-changes.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { claimRevert } from "../../operations/incident/claim-revert.ts";
import { createRevertPlan } from "../../operations/incident/create-revert-plan.ts";
import { checkNewIncident, startIncident } from "../../operations/incident/start-incident.ts";
import { findRevertBlockers } from "../../operations/runs/revert-rules.ts";
import { deliver } from "../delivery/deliver.ts";
import { button, cut, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { keepResponseUrl } from "../context/response-urls.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { incidentFormState, type IncidentForm } from "./incident-form-state.ts";
import { inputValues } from "../forms/input-values.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { finishRefusedPreview } from "../runs/finish-refused-preview.ts";
import { incidentTitle, startedMessage, timelineLimit, timelineMessage } from "./incident-message.ts";
import { revertMessage, revertPageValue, revertTitleOf } from "./revert-message.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { revertView, startIncidentView } from "./incident-form.ts";
import { textModal } from "../forms/text-modal.ts";
import { fromConversation } from "../forms/private-metadata.ts";

const startTitle = "Start an incident";
const revertTitle = "Revert an incident";

/** The incident key in a text, or the one of the conversation's open incident. Throws invalid_input, not_found. */
export async function keyOrOpen(req: RequestContext, text: string): Promise<string> {
  if (text.trim() !== "") return incidentKey(text);
  const here = await openIncident(req.ctx, req.conversation.channelId);
  if (here) return here.key;
  const open = (await req.ctx.workspace.incidents.open()).slice(0, 5);
  const words = "No incident is open in this conversation.";
  if (open.length === 0)
    throw new Problem("invalid_input", `${words} /number incident start INC-123 starts one.`);
  const nearest = open.map(({ key }) => `/number incident ${key}`);
  throw new Problem("not_found", `${words} Elsewhere there is.`, { field: "incident", nearest });
}

/** Starts an incident in this conversation and announces it there. */
export async function startHere(req: RequestContext, key: string, title?: string): Promise<Incident> {
  const { channelId } = req.conversation;
  const incident = await startIncident(req.ctx, { key, title, channelId });
  await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: req.conversation,
    message: startedMessage(incident),
    requestId: req.ctx.requestId,
    // It is started and announced by now. Without its thread, its end is announced in the channel.
    act: { kind: "incident", key: incident.key },
  });
  return incident;
}

/** Shows the person a page of the changes made for an incident. */
export async function showTimeline(req: RequestContext, key: string, beforeSequence?: number): Promise<void> {
  const page = await showIncident(req.ctx, key, { beforeSequence, limit: timelineLimit });
  const timeline = timelineMessage(page, req.deps.accounts);
  await (beforeSequence === undefined ? req.replyPrivately(timeline) : req.replace(timeline));
}

/** Opens the preview of a revert, in the form with the button if there is one: everything that the incident changed, read live. */
export async function openRevert(
  req: RequestContext,
  key: string,
  inView?: { readonly id: string },
): Promise<void> {
  const title = revertTitleOf({ incident: key });
  const skeleton = textModal(title, [section(":hourglass_flowing_sand: Looking at each number…")]);
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    const { userId, channelId, threadTs } = req.conversation;
    const revert = await createRevertPlan(req.ctx, key, { userId, channelId, threadTs });
    await redrawView(req, opened, await shownRevert(req, revert, 0));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A page of a revert that nobody has confirmed yet, with the rules that do not allow it now. */
async function shownRevert(req: RequestContext, revert: Run, page: number): Promise<ModalView> {
  const blockers = await findRevertBlockers(req.ctx, revert);
  const from = fromConversation(req.conversation);
  return revertView(revert, { from, page, blockers }, req.deps.accounts);
}

/** Turns to another page of a revert, in the form or message with the button. */
export async function turnRevert(
  req: RequestContext,
  value: string | undefined,
  view: { readonly id: string } | undefined,
): Promise<void> {
  const { id, page } = revertPageValue.parse(value);
  await requireRoleAudited(req.ctx, "viewer", "see incidents");
  const revert = await req.ctx.workspace.runs.get(id);
  const { accounts } = req.deps;
  if (!view) {
    await req.replace(revertMessage(revert, page, accounts));
    return;
  }
  if (revert.state === "shown") {
    await redrawView(req, { id: view.id }, await shownRevert(req, revert, page));
    return;
  }
  const from = fromConversation(req.conversation);
  const { blocks } = revertMessage(revert, page, accounts);
  await redrawView(req, { id: view.id }, textModal(revertTitleOf(revert), blocks, from));
}

interface ConfirmedRevert {
  readonly form: IncidentForm;
  readonly revertId: string;
}

const revertSubmission: Submission<ConfirmedRevert> = {
  ack: (_, view) => {
    const form = incidentFormState.parse(view.private_metadata);
    const working = textModal(revertTitle, [section(":hourglass_flowing_sand: Working…")]);
    const { revertId = "" } = form;
    return { answer: { response_action: "update", view: working }, command: { form, revertId } };
  },
  run: async (req, { form, revertId }, view) => {
    const { userId, channelId, threadTs, responseUrl } = req.in(form.from).conversation;
    await keepResponseUrl(req.ctx, revertId, responseUrl);
    const by = { userId, channelId, threadTs, viewId: view.id };
    await req.deps.carryOutRun(req.ctx, await claimRevert(req.ctx, revertId, by));
  },
  onError: async (req, failure, view) => {
    const { from, incident } = incidentFormState.parse(view.private_metadata);
    const again = incident === undefined ? undefined : button("incident:revert", "Look again", incident);
    await finishRefusedPreview(req, failure, { id: view.id, title: revertTitle, from, again });
  },
};

const keyInText = /\b[A-Za-z][A-Za-z0-9]*-\d+\b/u;

/** Opens the form for starting an incident, prefilled from a message. */
export async function openStart(req: RequestContext, text: string): Promise<void> {
  const first = text.split("\n").find((line) => !isBlank(line)) ?? "";
  const key = keyInText.exec(text)?.[0];
  const from = fromConversation(req.conversation);
  await openView(req, startIncidentView({ from }, { key, title: cut(visibleLine(first).trim(), 100) }));
}

/** A valid submission of the form for starting an incident. */
interface Start {
  readonly form: IncidentForm;
  readonly key: string;
  readonly title: string | undefined;
}

const startSubmission: Submission<Start> = {
  ack: async (req, view) => {
    const form = incidentFormState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const key = values.get("key")?.value ?? "";
    const title = values.get("title")?.value;
    try {
      // Before the ack although it reads the store: after the ack, Slack discards what was typed.
      await checkNewIncident(req.ctx, { key, title, channelId: form.from.channelId });
    } catch (error) {
      if (!isProblem(error, "invalid_input")) throw error;
      const field = error.details.field === "title" ? "title" : "key";
      return { answer: { response_action: "errors", errors: { [field]: error.message } } };
    }
    const working = textModal(startTitle, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { form, key, title } };
  },
  run: async (req, { form, key, title }, view) => {
    const incident = await startHere(req.in(form.from), key, title);
    const words = section(`:white_check_mark: ${incidentTitle(incident)} is open.`);
    await finishModal(req, { id: view.id }, textModal(startTitle, [words]));
  },
  onError: async (req, { message, problem }, view) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    if (await finishModal(req, { id: view.id }, textModal(startTitle, message.blocks))) return;
    await req.replyPrivately(message);
  },
};

export const incidentFormRoutes = [
  formRoute("start_incident", startSubmission),
  formRoute("revert_incident", revertSubmission),
];
