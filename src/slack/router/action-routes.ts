import { changeKinds } from "../../domain/change.ts";
import type { RestorePoint } from "../../domain/restore.ts";
import { openChangeForm } from "../change/open-change-form.ts";
import { chooseVendor, openConnectForm } from "../connections/connect-flow.ts";
import type { Desk } from "../context/request-context.ts";
import { openSettings } from "../settings/settings-flow.ts";
import { chooseBreakGlassToRestore, openRestoreForm } from "../restore/open-restore-form.ts";
import { restoreCallback } from "../restore/restore-form.ts";
import { loadWish } from "../forms/stored-draft.ts";
import { happenedSince } from "../updates/happened-since.ts";
import { chooseBreakGlass, chooseInForm, chooseNumber } from "../change/form-actions.ts";
import type { Click, Clicked } from "../listener/action.ts";
import { approveAndCarryOut, openDecline } from "../approval/decide-flow.ts";
import { disconnectOne, testOne } from "../connections/connection-actions.ts";
import { lookAgain } from "../status/status-actions.ts";
import { steerTimed } from "../expiry/expiry-actions.ts";
import { incidentClicks } from "../incident/incident-actions.ts";
import { unfreezeOne, unprotectOne } from "../restrictions/protection-actions.ts";
import { showHistory, showNumber, turnHistory, turnList } from "../numbers/list-actions.ts";
import type { ClickedView } from "../forms/text-modal.ts";
import { showReviews, tickOff } from "../approval/review-actions.ts";
import { readKey, readState } from "../forms/private-metadata.ts";
import { restoreAgain } from "../block-kit/restore-buttons.ts";

const verbs = changeKinds.flatMap((verb): [string, Click][] => [
  [
    verb,
    async ({ at, value, view }) => openChangeForm(at, verb, { key: readKey(value) }, view && { id: view.id }),
  ],
  [`open:${verb}`, async ({ at }) => openChangeForm(at, verb, {})],
]);

const showOne: Click = async ({ at, value, view }) => showNumber(at, value, view);
const historyOfOne: Click = async ({ at, value, view }) => showHistory(at, value, view);

const openForm: Click = async ({ at, value, view }) => {
  const form = await loadWish(at, value);
  const since = async () => happenedSince(at, form);
  await openChangeForm(at, form.verb, form.wish, view && { id: view.id }, since);
};

const restoreForm: Click = async ({ at, value, view }) => {
  const {
    changeId,
    to,
    reason,
    overNewer = false,
    breakGlass = false,
  } = readState(restoreAgain, value ?? "");
  const values = reason === undefined ? {} : { reason: { value: reason, label: undefined } };
  await openRestoreForm(
    at,
    { changeId, to },
    { overNewer, breakGlass, values, inView: view && { id: view.id } },
  );
};

const inForm =
  (act: (at: Desk, view: ClickedView, value: string | undefined) => Promise<void>): Click =>
  async ({ at, value, view }) => {
    if (view) await act(at, view, value);
  };

/** What is decided about the end of a change, on a reminder or elsewhere. */
const steering = (["keep", "extend", "end"] as const).flatMap((act): [string, Click][] => [
  [`${act}_change`, async ({ at, value, pressed }) => steerTimed(at, act, value, { pressed })],
  [`${act}_change:*`, async ({ at, value }) => steerTimed(at, act, value)],
]);

/** Every action_id that our messages and forms use. One that ends in `:*` stands for all that begin like it. */
export const clicks: ReadonlyMap<string, Click> = new Map<string, Click>([
  ...verbs,
  ...steering,
  ["open_form", openForm],
  ["open_form:*", openForm],
  ["undo", async (clicked) => restore(clicked, "before")],
  // Buttons of earlier versions carry the id of the change alone.
  [
    "undo_anyway",
    async (clicked) =>
      clicked.value?.startsWith("{") ? restoreForm(clicked) : restore(clicked, "before", true),
  ],
  ["restore", async (clicked) => restore(clicked, "made")],
  ["restore_form", restoreForm],
  ["number", inForm(chooseNumber)],
  ["pick:*", inForm(async (at, view, value) => chooseNumber(at, view, value, true))],
  ["agent", inForm(chooseInForm)],
  ["ends", inForm(chooseInForm)],
  ["ends_at", inForm(chooseInForm)],
  ["vendor", inForm(chooseVendor)],
  ["show", showOne],
  ["show:*", showOne],
  ["history", historyOfOne],
  ["history:older", async ({ at, value, view }) => turnHistory(at, value, view)],
  ["history:*", historyOfOne],
  ["list:next", async ({ at, value }) => turnList(at, value)],
  ["list:previous", async ({ at, value }) => turnList(at, value)],
  ["list:all", async ({ at, value }) => turnList(at, value)],
  ["approve", async ({ at, value }) => approveAndCarryOut(at, value ?? "")],
  ["decline", async ({ at, value }) => openDecline(at, value ?? "")],
  ["break_glass", inForm(async (at, view) => breakGlassIn(at, view, true))],
  ["break_glass:back", inForm(async (at, view) => breakGlassIn(at, view, false))],
  ["reviews", async ({ at }) => showReviews(at)],
  ["reviewed", async ({ at, value }) => tickOff(at, value ?? "")],
  ["unprotect", async ({ at, value }) => unprotectOne(at, value)],
  ["unfreeze", unfreezeOne],
  ...incidentClicks,
  ["status", async ({ at }) => lookAgain(at)],
  ["status:*", async ({ at }) => lookAgain(at)],
  ["connect", async ({ at }) => openConnectForm(at)],
  ["replace_key", async ({ at, value }) => openConnectForm(at, value)],
  ["settings", async ({ at }) => openSettings(at)],
  ["operators", async ({ at, value }) => openSettings(at, value ?? "")],
  ["test", async ({ at, value }) => testOne(at, value)],
  ["disconnect", async ({ at, value }) => disconnectOne(at, value)],
]);

async function restore({ at, value, view }: Clicked, to: RestorePoint, overNewer = false): Promise<void> {
  const inView = view && { id: view.id };
  await openRestoreForm(at, { to, changeId: value ?? "" }, { inView, overNewer });
}

/** Those that show something, open a form or redraw one. Every other is taken once, however often its request comes. */
const readsOnly: ReadonlySet<string> = new Set(
  [
    verbs.map(([actionId]) => actionId),
    ["open_form", "open_form:*", "undo", "undo_anyway", "restore", "restore_form"],
    ["number", "pick:*", "agent", "ends", "ends_at", "vendor", "break_glass", "break_glass:back"],
    ["show", "show:*", "history", "history:older", "history:*", "list:next", "list:previous", "list:all"],
    ["decline", "reviews", "incident", "incident:older", "revert:page:newer", "revert:page:older"],
    ["status", "status:*", "connect", "replace_key", "settings", "operators"],
  ].flat(),
);

/** Finds what an action_id does. */
export function clickFor(actionId: string): Click | undefined {
  return clicks.get(keyOf(actionId));
}

/** Whether what an action_id does changes nothing that is kept. */
export function onlyReads(actionId: string): boolean {
  return readsOnly.has(keyOf(actionId));
}

function keyOf(actionId: string): string {
  return clicks.has(actionId) ? actionId : actionId.replace(/:.*$/su, ":*");
}

/** Break-glass was chosen in a form, or given up again: forms that restore and forms that change are drawn apart. */
async function breakGlassIn(at: Desk, view: ClickedView, breakGlass: boolean): Promise<void> {
  const choose = view.callback_id === restoreCallback ? chooseBreakGlassToRestore : chooseBreakGlass;
  await choose(at, view, breakGlass);
}
