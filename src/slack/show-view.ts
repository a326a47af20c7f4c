import { WebAPIPlatformError } from "@slack/web-api";
import type { ModalView } from "@slack/types";
import { actions, button, context, message, section } from "./block-kit.ts";
import type { Desk } from "./desk.ts";
import { wishText, type Wish } from "./wish.ts";
import { bare } from "./words.ts";
import type { ChangeKind } from "../domain/change.ts";

/** A view that is open on somebody's screen. With a hash, it is only redrawn while it is still that version. */
export interface OpenedView {
  readonly id: string;
  readonly hash?: string | undefined;
}

/**
 * Opens a view with the request's trigger. When Slack will not (the trigger lives 3 s, once) the person gets words
 * and, for a change form, a button: its click brings a fresh trigger. Returns undefined then.
 */
export async function openView(
  at: Desk,
  view: ModalView,
  again?: { readonly verb: ChangeKind; readonly wish: Wish },
): Promise<OpenedView | undefined> {
  try {
    const answer = await at.views.open({ trigger_id: at.triggerId ?? "", view });
    return answer.view?.id ? { id: answer.view.id, hash: answer.view.hash } : undefined;
  } catch (error) {
    const why = slackError(error);
    at.ctx.log.warn({ requestId: at.ctx.requestId, slack: why, err: error }, "view not opened");
    const text = `*The form could not be opened* (${why}). Nothing was changed. ${again ? "Press the button to open it." : "Try again."}`;
    const retry = again ? [actions([button("open_form", "Open the form", wishText(again), "primary")])] : [];
    await at.tell(
      message(
        [section(text), ...retry, context(`Id \`${at.ctx.requestId}\``)],
        bare(`${text} Id ${at.ctx.requestId}`),
      ),
    );
    return undefined;
  }
}

/** Redraws an open view. Returns false when it cannot be: the person has closed it, or Slack does not answer. */
export async function redrawView(at: Desk, { id, hash }: OpenedView, view: ModalView): Promise<boolean> {
  try {
    await at.views.update({ view_id: id, view, ...(hash ? { hash } : {}) });
    return true;
  } catch (error) {
    const why = slackError(error);
    at.ctx.log.warn({ requestId: at.ctx.requestId, slack: why, err: error }, "view not redrawn");
    return false;
  }
}

/** Slack's error code, or a word for no answer. */
export function slackError(error: unknown): string {
  return error instanceof WebAPIPlatformError ? error.data.error : "Slack did not answer";
}
