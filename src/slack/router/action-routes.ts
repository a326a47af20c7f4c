import { changeKinds } from "../../domain/change.ts";
import type { RestorePoint } from "../../domain/restore.ts";
import { openChangeForm } from "../change/open-change-form.ts";
import { chooseVendor, openConnectForm } from "../connections/connect-flow.ts";
import type { RequestContext } from "../context/request-context.ts";
import { openSettings } from "../settings/settings-flow.ts";
import { chooseBreakGlassToRestore, openRestoreForm } from "../restore/open-restore-form.ts";
import { restoreCallback } from "../restore/restore-form.ts";
import { loadDraft } from "../forms/stored-draft.ts";
import { eventsSince } from "../updates/happened-since.ts";
import { chooseBreakGlass, chooseInForm, chooseNumber } from "../change/form-actions.ts";
import type { ActionHandler, ActionRequest } from "../listener/action.ts";
import { approveAndCarryOut, openDecline } from "../approval/decide-flow.ts";
import { withdrawRequest } from "../approval/withdraw-flow.ts";
import { disconnectOne, testOne } from "../connections/connection-actions.ts";
import { lookAgain, showStatus } from "../status/status-actions.ts";
import { handleExpiryDecision } from "../expiry/expiry-actions.ts";
import { incidentActions } from "../incident/incident-actions.ts";
import { cancelFreezeAll, freezeAll } from "../restrictions/freeze-all.ts";
import { unfreezeOne, unprotectOne } from "../restrictions/protection-actions.ts";
import {
  filterList,
  showHistory,
  showList,
  showNumber,
  turnHistory,
  turnList,
} from "../numbers/list-actions.ts";
import type { ClickedView } from "../forms/text-modal.ts";
import { showReviews, acknowledgeReview } from "../approval/review-actions.ts";
import { restoreAgainValue } from "../block-kit/restore-buttons.ts";
import { runNumberCommand } from "./number-command.ts";
import { numberValue } from "../block-kit/key-values.ts";

const verbs = changeKinds.flatMap((verb): [string, ActionHandler][] => [
  [
    verb,
    async ({ at: req, value, view }) =>
      openChangeForm(req, verb, { key: numberValue.parse(value) }, view && { id: view.id }),
  ],
  [`open:${verb}`, async ({ at: req }) => openChangeForm(req, verb, {})],
]);

const showOne: ActionHandler = async ({ at: req, value, view }) => showNumber(req, value, view);
const historyOfOne: ActionHandler = async ({ at: req, value, view }) => showHistory(req, value, view);

const openForm: ActionHandler = async ({ at: req, value, view }) => {
  const form = await loadDraft(req, value);
  const since = async () => eventsSince(req, form);
  await openChangeForm(req, form.verb, form.wish, view && { id: view.id }, since);
};

const restoreForm: ActionHandler = async ({ at: req, value, view }) => {
  const { changeId, to, reason, overNewer = false, breakGlass = false } = restoreAgainValue.parse(value);
  const values = reason === undefined ? {} : { reason: { value: reason, label: undefined } };
  await openRestoreForm(
    req,
    { changeId, to },
    { overNewer, breakGlass, values, inView: view && { id: view.id } },
  );
};

const inForm =
  (
    act: (req: RequestContext, view: ClickedView, value: string | undefined) => Promise<void>,
  ): ActionHandler =>
  async ({ at: req, value, view }) => {
    if (view) await act(req, view, value);
  };

/** Decisions about a temporary change, on a reminder or elsewhere. */
const steering = (["keep", "extend", "end"] as const).flatMap((act): [string, ActionHandler][] => [
  [
    `${act}_change`,
    async ({ at: req, value, pressed }) => handleExpiryDecision(req, act, value, { pressed }),
  ],
  [`${act}_change:*`, async ({ at: req, value }) => handleExpiryDecision(req, act, value)],
]);

/** Every action_id of our messages and forms. One that ends in `:*` matches all with that prefix. */
export const actionRoutes: ReadonlyMap<string, ActionHandler> = new Map<string, ActionHandler>([
  ...verbs,
  ...steering,
  ["open_form", openForm],
  ["open_form:*", openForm],
  ["undo", async (clicked) => restore(clicked, "before")],
  // Buttons of earlier versions contain only the id of the change.
  [
    "undo_anyway",
    async (clicked) =>
      clicked.value?.startsWith("{") ? restoreForm(clicked) : restore(clicked, "before", true),
  ],
  ["restore", async (clicked) => restore(clicked, "made")],
  ["restore_form", restoreForm],
  ["number", inForm(chooseNumber)],
  ["pick:*", inForm(async (req, view, value) => chooseNumber(req, view, value, true))],
  ["agent", inForm(chooseInForm)],
  ["ends", inForm(chooseInForm)],
  ["ends_at", inForm(chooseInForm)],
  ["vendor", inForm(chooseVendor)],
  ["show", showOne],
  ["show:*", showOne],
  ["history", historyOfOne],
  ["history:older", async ({ at: req, value, view }) => turnHistory(req, value, view)],
  ["history:*", historyOfOne],
  ["list:new", async ({ at: req }) => showList(req)],
  ["list:next", async ({ at: req, value }) => turnList(req, value)],
  ["list:previous", async ({ at: req, value }) => turnList(req, value)],
  ["list:filter", async ({ at: req, value }) => filterList(req, value)],
  ["list:all", async ({ at: req, value }) => turnList(req, value)],
  ["approve", async ({ at: req, value }) => approveAndCarryOut(req, value ?? "")],
  ["withdraw", withdrawRequest],
  ["withdraw:*", withdrawRequest],
  ["decline", async ({ at: req, value }) => openDecline(req, value ?? "")],
  ["break_glass", inForm(async (req, view) => breakGlassIn(req, view, true))],
  ["break_glass:back", inForm(async (req, view) => breakGlassIn(req, view, false))],
  ["reviews", async ({ at: req }) => showReviews(req)],
  ["reviewed", async ({ at: req, value }) => acknowledgeReview(req, value ?? "")],
  ["unprotect", async ({ at: req, value }) => unprotectOne(req, value)],
  ["unfreeze", unfreezeOne],
  ["run:*", async ({ at: req, value }) => runNumberCommand(req, value ?? "")],
  ["freeze_all", async ({ at: req, value }) => freezeAll(req, value)],
  ["freeze_all:open", async ({ at: req, value }) => freezeAll(req, value)],
  ["freeze_all:cancel", async ({ at: req }) => cancelFreezeAll(req)],
  ...incidentActions,
  ["status", async ({ at: req, value }) => lookAgain(req, value)],
  ["status:new", async ({ at: req }) => showStatus(req)],
  ["status:*", async ({ at: req, value }) => lookAgain(req, value)],
  ["connect", async ({ at: req }) => openConnectForm(req)],
  ["replace_key", async ({ at: req, value }) => openConnectForm(req, value)],
  ["settings", async ({ at: req }) => openSettings(req)],
  ["operators", async ({ at: req, value }) => openSettings(req, value ?? "")],
  ["test", async ({ at: req, value }) => testOne(req, value)],
  ["disconnect", async ({ at: req, value }) => disconnectOne(req, value)],
]);

async function restore(
  { at: req, value, view }: ActionRequest,
  to: RestorePoint,
  overNewer = false,
): Promise<void> {
  const inView = view && { id: view.id };
  await openRestoreForm(req, { to, changeId: value ?? "" }, { inView, overNewer });
}

/**
 * Actions that only show something, or open or redraw a form. Every other action runs once, however often its request
 * is delivered.
 */
const readsOnly: ReadonlySet<string> = new Set(
  [
    verbs.map(([actionId]) => actionId),
    ["open_form", "open_form:*", "undo", "undo_anyway", "restore", "restore_form"],
    ["number", "pick:*", "agent", "ends", "ends_at", "vendor", "break_glass", "break_glass:back"],
    [
      "show",
      "show:*",
      "history",
      "history:older",
      "history:*",
      "list:new",
      "list:next",
      "list:previous",
      "list:all",
      "list:filter",
    ],
    ["decline", "reviews", "incident", "incident:older", "revert:page:newer", "revert:page:older"],
    ["status", "status:new", "status:*", "connect", "replace_key", "settings", "operators"],
  ].flat(),
);

export function actionHandlerFor(actionId: string): ActionHandler | undefined {
  return actionRoutes.get(keyOf(actionId));
}

/** Whether an action changes no stored data. */
export function onlyReads(actionId: string): boolean {
  return readsOnly.has(keyOf(actionId));
}

function keyOf(actionId: string): string {
  return actionRoutes.has(actionId) ? actionId : actionId.replace(/:.*$/su, ":*");
}

/** Break glass was chosen or unchosen. Restore forms and change forms are drawn by different code. */
async function breakGlassIn(req: RequestContext, view: ClickedView, breakGlass: boolean): Promise<void> {
  const choose = view.callback_id === restoreCallback ? chooseBreakGlassToRestore : chooseBreakGlass;
  await choose(req, view, breakGlass);
}
