import type { ViewResponseAction } from "@slack/bolt";
import { z } from "zod";
import { incidentKey, type Incident } from "../../domain/incident.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import { isBlank, visibleLine } from "../../domain/visible-text.ts";
import { openIncident, showIncident } from "../../operations/incident/incident-changes.ts";
import { requireRole } from "../../operations/access/permissions.ts";
import { showRevert } from "../../operations/incident/create-revert-plan.ts";
import { checkNewIncident, startIncident } from "../../operations/incident/start-incident.ts";
import { announce } from "../delivery/deliver.ts";
import { cut, section } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { endForm, endFormAgain } from "../forms/finish-modal.ts";
import { explainInView } from "../listener/error-reply.ts";
import { readIncidentForm } from "./incident-form-state.ts";
import { inputValues } from "../forms/input-values.ts";
import type { Halves } from "../listener/listener.ts";
import { incidentTitle, startedMessage, timelineLimit, timelineMessage } from "./incident-message.ts";
import { revertMessage } from "./revert-message.ts";
import { confirmRevert } from "./revert-runner.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { revertView, startIncidentView } from "./incident-form.ts";
import { type SubmittedView, wordsView } from "../forms/text-modal.ts";
import { fromConversation } from "../forms/private-metadata.ts";

/** The key that a text gives, or that of the incident that is open in the conversation. Throws invalid_input, not_found. */
export async function keyOrOpen(at: Desk, text: string): Promise<string> {
  if (text.trim() !== "") return incidentKey(text);
  const here = await openIncident(at.ctx, at.conversation.channelId);
  if (here) return here.key;
  const open = (await at.ctx.workspace.incidents.open()).slice(0, 5);
  const words = "No incident is open in this conversation.";
  if (open.length === 0)
    throw new Problem("invalid_input", `${words} /number incident start INC-123 starts one.`);
  const nearest = open.map(({ key }) => `/number incident ${key}`);
  throw new Problem("not_found", `${words} Elsewhere there is.`, { field: "incident", nearest });
}

/** Starts an incident in this conversation and says so to it. */
export async function startHere(at: Desk, key: string, title?: string): Promise<Incident> {
  const { channelId } = at.conversation;
  const incident = await startIncident(at.ctx, { key, title, channelId });
  await announce(at.services, {
    workspaceId: at.ctx.workspace.id,
    clients: at.clients,
    conversation: at.conversation,
    message: startedMessage(incident),
    requestId: at.ctx.requestId,
    // It has begun and been told; without its thread its end is told beside it.
    act: { kind: "incident", key: incident.key },
  });
  return incident;
}

/** Shows a page of what was changed for an incident to the person. */
export async function tellTimeline(at: Desk, key: string, beforeSequence?: number): Promise<void> {
  const page = await showIncident(at.ctx, key, { beforeSequence, limit: timelineLimit });
  const timeline = timelineMessage(page, at.services.accounts);
  await (beforeSequence === undefined ? at.tell(timeline) : at.replace(timeline));
}

/** Opens the preview of a revert: everything that an incident has come to, read live. */
export async function openRevert(at: Desk, key: string): Promise<void> {
  const title = `Revert ${key}`;
  const opened = await openView(
    at,
    wordsView(title, [section(":hourglass_flowing_sand: Looking at each number…")]),
  );
  if (!opened) return;
  try {
    const { userId, channelId, threadTs } = at.conversation;
    const revert = await showRevert(at.ctx, key, { userId, channelId, threadTs });
    const from = fromConversation(at.conversation);
    await redrawView(at, opened, revertView(revert, { from }, 0, at.services.accounts));
  } catch (error) {
    await explainInView(at, opened, title, error);
  }
}

const revertPage = z.object({ id: z.string(), page: z.number().int().min(0) });

/** Turns a page of a revert, in the form or the message where the button was. */
export async function turnRevert(
  at: Desk,
  value: string | undefined,
  view: { readonly id: string } | undefined,
): Promise<void> {
  const read = revertPage.safeParse(json(value));
  if (!read.success)
    throw new Problem("invalid_input", "This button is not one that this version of Patchbay made.");
  await requireRole(at.ctx, "viewer", "see incidents");
  const { id, page } = read.data;
  const revert = await at.ctx.workspace.reverts.get(id);
  const { accounts } = at.services;
  if (!view) {
    await at.replace(revertMessage(revert, page, accounts));
    return;
  }
  const from = fromConversation(at.conversation);
  if (revert.state === "shown") {
    await redrawView(at, { id: view.id }, revertView(revert, { from }, page, accounts));
    return;
  }
  const { blocks } = revertMessage(revert, page, accounts);
  await redrawView(at, { id: view.id }, wordsView(`Revert ${revert.incident}`, blocks, from));
}

/** The two halves of a confirmed revert. */
export function submitRevert(view: SubmittedView): Halves<ViewResponseAction> {
  const title = "Revert an incident";
  return {
    now: () => {
      readIncidentForm(view.private_metadata);
      const words = [section(":hourglass_flowing_sand: Working…")];
      return { response_action: "update", view: wordsView(title, words) };
    },
    later: async (at) => {
      const { from, revertId = "" } = readIncidentForm(view.private_metadata);
      await confirmRevert(at.at(from), revertId, view.id);
    },
    fail: async (at, message, problem) => {
      // A duplicate leaves the form to the request that came first.
      if (problem.code === "already_requested") return endFormAgain(at, { id: view.id });
      const { from } = readIncidentForm(view.private_metadata);
      if (await endForm(at, { id: view.id }, wordsView(title, message.blocks, from))) return;
      await at.at(from).tell(message);
    },
  };
}

const keyInText = /\b[A-Za-z][A-Za-z0-9]*-\d+\b/u;

/** Opens the form that starts an incident, with what a message says of it filled in. */
export async function openStart(at: Desk, text: string): Promise<void> {
  const first = text.split("\n").find((line) => !isBlank(line)) ?? "";
  const key = keyInText.exec(text)?.[0];
  const from = fromConversation(at.conversation);
  await openView(at, startIncidentView({ from }, { key, title: cut(visibleLine(first).trim(), 100) }));
}

/** The two halves of the form that starts an incident. */
export function submitStart(view: SubmittedView): Halves<ViewResponseAction> {
  const title = "Start an incident";
  const opened = { id: view.id };
  return {
    now: async (at) => {
      const { from } = readIncidentForm(view.private_metadata);
      const values = inputValues(view.state);
      try {
        // Before the ack, though the store is asked: after it Slack has forgotten what was typed.
        await checkNewIncident(at.ctx, {
          key: values.get("key")?.value ?? "",
          title: values.get("title")?.value,
          channelId: from.channelId,
        });
      } catch (error) {
        if (!isProblem(error, "invalid_input")) throw error;
        const field = error.details.field === "title" ? "title" : "key";
        return { response_action: "errors", errors: { [field]: error.message } };
      }
      return {
        response_action: "update",
        view: wordsView(title, [section(":hourglass_flowing_sand: Working…")]),
      };
    },
    later: async (at) => {
      const { from } = readIncidentForm(view.private_metadata);
      const values = inputValues(view.state);
      const incident = await startHere(
        at.at(from),
        values.get("key")?.value ?? "",
        values.get("title")?.value,
      );
      const words = section(`:white_check_mark: ${incidentTitle(incident)} is open.`);
      await endForm(at, opened, wordsView(title, [words]));
    },
    fail: async (at, message, problem) => {
      if (problem.code === "already_requested") return endFormAgain(at, opened);
      if (await endForm(at, opened, wordsView(title, message.blocks))) return;
      await at.tell(message);
    },
  };
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
