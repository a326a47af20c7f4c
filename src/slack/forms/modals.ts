import { WebAPIPlatformError } from "@slack/web-api";
import type { Button, ModalView } from "@slack/types";
import { actions, button, context, message, section, type Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { storeLongState } from "./stored-state.ts";
import { storeDraft } from "./stored-draft.ts";
import type { ChangeDraft } from "./change-draft.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import type { FormResult } from "../../domain/ports/metrics.ts";
import { slackError } from "../context/slack-error.ts";

/** How to open a form again: the draft of a change form, or the button of any other form. */
export type RetryAction =
  | { readonly verb: ChangeKind; readonly wish: ChangeDraft }
  | { readonly button: (text: string) => Button };

/** An open view. With a hash, it is only updated while it is still that version. */
export interface OpenedView {
  readonly id: string;
  readonly hash?: string | undefined;
}

/**
 * Opens a view with the request's trigger. If Slack refuses (a trigger works once, for 3 s), the person gets a message
 * and, for a change form, a button, whose click has a new trigger. Returns undefined then.
 */
export async function openView(
  req: RequestContext,
  view: ModalView,
  again?: RetryAction,
): Promise<OpenedView | undefined> {
  // With an external id, a view that Slack has opened can be found even if Slack's response is lost.
  const fitted = await storeLongState(req, view);
  const named = { ...fitted, external_id: req.ctx.newId("view") };
  try {
    const answer = await req.views.open({ trigger_id: req.triggerId ?? "", view: named });
    if (!answer.view?.id) throw new Error("Slack opened a view and did not say which");
    req.ctx.metrics.formRequested("opened");
    return { id: answer.view.id, hash: answer.view.hash };
  } catch (error) {
    const why = slackError(error);
    req.ctx.log.warn({ requestId: req.ctx.requestId, slack: why, err: error }, "view not opened");
    const found = error instanceof WebAPIPlatformError ? undefined : await findOpened(req, named);
    req.ctx.metrics.formRequested(found ? "opened" : resultOf(error));
    if (!found) await req.replyPrivately(await notOpened(req, why, again));
    return found;
  }
}

/** The view that Slack may have opened although its response did not arrive. */
async function findOpened(
  req: RequestContext,
  view: ModalView & { readonly external_id: string },
): Promise<OpenedView | undefined> {
  try {
    const answer = await req.clients.patient.views.update({ external_id: view.external_id, view });
    return answer.view?.id ? { id: answer.view.id, hash: answer.view.hash } : undefined;
  } catch (error) {
    const why = slackError(error);
    req.ctx.log.warn({ requestId: req.ctx.requestId, slack: why, err: error }, "view not found");
    return undefined;
  }
}

function resultOf(error: unknown): FormResult {
  if (!(error instanceof WebAPIPlatformError)) return "unanswered";
  return error.data.error === "expired_trigger_id" ? "late" : "refused";
}

/** The result of an update. The person may have closed the view, or another version may have been drawn meanwhile. */
export interface Redrawn {
  readonly result: "drawn" | "closed" | "moved" | "failed";
  readonly hash?: string | undefined;
}

/** Updates an open view, with retries by default, because only opening a view depends on a trigger. Never throws. */
export async function tryRedraw(
  req: RequestContext,
  { id, hash }: OpenedView,
  view: ModalView,
  { views }: Pick<RequestContext["clients"]["patient"], "views"> = req.clients.patient,
): Promise<Redrawn> {
  try {
    const fitted = await storeLongState(req, view);
    const answer = await views.update({ view_id: id, view: fitted, ...(hash ? { hash } : {}) });
    return { result: "drawn", hash: answer.view?.hash };
  } catch (error) {
    const why = slackError(error);
    req.ctx.log.warn({ requestId: req.ctx.requestId, slack: why, err: error }, "view not updated");
    if (why === "not_found") return { result: "closed" };
    return { result: why === "hash_conflict" ? "moved" : "failed" };
  }
}

/**
 * Updates a view at the beginning of a request's work in it. What the request draws by the returned view is dropped if
 * a newer request has drawn in it meanwhile, on any replica.
 */
export async function takeView(
  req: RequestContext,
  opened: OpenedView,
  view: ModalView,
): Promise<OpenedView> {
  const { hash } = await tryRedraw(req, opened, view);
  return { id: opened.id, hash };
}

/** `tryRedraw`, returning only whether it was drawn. */
export async function redrawView(req: RequestContext, opened: OpenedView, view: ModalView): Promise<boolean> {
  return (await tryRedraw(req, opened, view)).result === "drawn";
}

/**
 * Updates a change form while it is being filled in. If Slack refuses, the person gets a message with a button to open
 * it again.
 */
export async function redrawForm(
  req: RequestContext,
  opened: OpenedView,
  view: ModalView,
  again: RetryAction,
): Promise<void> {
  if ((await tryRedraw(req, opened, view)).result !== "failed") return;
  await req.replyPrivately(await notOpened(req, "Slack did not draw it", again));
}

async function notOpened(req: RequestContext, why: string, again: RetryAction | undefined): Promise<Message> {
  const id = req.ctx.requestId;
  const next = again ? "Press the button to open it." : "Try again.";
  const text = `*The form could not be opened* (${why}). Nothing was changed. ${next}`;
  const retry = again ? [actions([await againButton(req, again)])] : [];
  return message([section(text), ...retry, context(`Id \`${id}\``)], stripMrkdwn(`${text}\nId \`${id}\``));
}

async function againButton(req: RequestContext, again: RetryAction): Promise<Button> {
  const text = "Open the form";
  if ("button" in again) return again.button(text);
  return button("open_form", text, await storeDraft(req, again), "primary");
}
