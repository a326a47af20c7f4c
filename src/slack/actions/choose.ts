import type { Desk } from "../desk.ts";
import { readNumber } from "../change-flow.ts";
import { readChangeForm, readKey } from "../form-state.ts";
import { inputValues } from "../input-values.ts";
import { redrawView, type OpenedView } from "../show-view.ts";
import type { SubmittedView } from "../submit-change.ts";
import { changeView, skeletonView } from "../views/change-form.ts";
import { changeForms } from "../views/index.ts";

/** A view as a click in it brings it. */
export type ClickedView = SubmittedView & { readonly hash?: string };

/** The newest choice of a number in each open form, so that a slow read of an earlier one does not overwrite it. */
const newestChoice = new Map<string, string>();
const mostForms = 1000;

/** A number was chosen in a change form: the form says that it is being read, then who answers. */
export async function chooseNumber(
  at: Desk,
  view: ClickedView,
  value: string | undefined,
  byButton = false,
): Promise<void> {
  const form = readChangeForm(view.private_metadata);
  const kind = changeForms[form.verb];
  const key = readKey(value);
  const opened: OpenedView = { id: view.id };
  remember(view.id, at.ctx.requestId);
  const { reason, agent } = Object.fromEntries(inputValues(view.state));
  const sameAgents = form.number === undefined || form.number.connectionId === key.connectionId;
  const values = { ...(reason ? { reason } : {}), ...(agent && sameAgents ? { agent } : {}) };
  // A button sets what the input shows, so the input has to be a new one: Slack keeps what the old one held.
  const next = { ...form, number: undefined, revision: form.revision + (byButton ? 1 : 0) };
  const reading = byButton
    ? skeletonView(kind, next)
    : changeView(kind, next, undefined, { values, reading: true });
  await redrawView(at, opened, reading);
  await readNumber(at, opened, next, key, { values }, () => newestChoice.get(view.id) === at.ctx.requestId);
}

function remember(viewId: string, requestId: string): void {
  newestChoice.delete(viewId);
  newestChoice.set(viewId, requestId);
  const [oldest] = newestChoice.keys();
  if (newestChoice.size > mostForms && oldest !== undefined) newestChoice.delete(oldest);
}

/** An agent was chosen in a change form: the form says what will be after. */
export async function chooseAgent(at: Desk, view: ClickedView): Promise<void> {
  const form = readChangeForm(view.private_metadata);
  const vendor = form.number && at.services.accounts.vendor(form.number.vendor);
  const values = Object.fromEntries(inputValues(view.state));
  const opened: OpenedView = { id: view.id, hash: view.hash };
  await redrawView(at, opened, changeView(changeForms[form.verb], form, vendor, { values }));
}
