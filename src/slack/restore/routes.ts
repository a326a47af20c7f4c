import type { RestorePoint } from "../../domain/changes/restore.ts";
import { restoreAgainValue } from "../block-kit/restore-buttons.ts";
import { chooseBreakGlass } from "../change/form-actions.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { ClickedView } from "../forms/text-modal.ts";
import type { ActionRequest } from "../listener/action.ts";
import { formAction, readAction, type FeatureRoutes } from "../listener/routes.ts";
import { chooseBreakGlassToRestore, openRestoreForm } from "./open-restore-form.ts";
import { restoreCallback } from "./restore-form.ts";
import { restoreFormRoutes } from "./submit-restore.ts";
import { undo } from "./undo-command.ts";

export const restoreRoutes: FeatureRoutes = {
  commands: [undo],
  actions: [
    readAction("undo", async (clicked) => restore(clicked, "before")),
    // Buttons of earlier versions carry the id of the change alone.
    readAction("undo_anyway", async (clicked) =>
      clicked.value?.startsWith("{") ? restoreAgain(clicked) : restore(clicked, "before", true),
    ),
    readAction("restore", async (clicked) => restore(clicked, "made")),
    readAction("restore:*", async (clicked) => restore(clicked, "made")),
    readAction("restore_form", restoreAgain),
    formAction("break_glass", async (req, view) => breakGlassIn(req, view, true)),
    formAction("break_glass:back", async (req, view) => breakGlassIn(req, view, false)),
  ],
  forms: restoreFormRoutes,
};

async function restore(
  { at: req, value, view }: ActionRequest,
  to: RestorePoint,
  overNewer = false,
): Promise<void> {
  const inView = view && { id: view.id };
  await openRestoreForm(req, { to, changeId: value ?? "" }, { inView, overNewer });
}

async function restoreAgain({ at: req, value, view }: ActionRequest): Promise<void> {
  const { changeId, to, reason, overNewer = false, breakGlass = false } = restoreAgainValue.parse(value);
  const values = reason === undefined ? {} : { reason: { value: reason, label: undefined } };
  await openRestoreForm(
    req,
    { changeId, to },
    { overNewer, breakGlass, values, inView: view && { id: view.id } },
  );
}

/** Break-glass was chosen in a form, or given up again: forms that restore and forms that change are drawn apart. */
async function breakGlassIn(req: RequestContext, view: ClickedView, breakGlass: boolean): Promise<void> {
  const choose = view.callback_id === restoreCallback ? chooseBreakGlassToRestore : chooseBreakGlass;
  await choose(req, view, breakGlass);
}
