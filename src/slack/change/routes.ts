import { changeKinds } from "../../domain/numbers/change.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { formAction, readAction, type FeatureRoutes } from "../listener/routes.ts";
import { agentOptions } from "./agent-options.ts";
import { detach, edit, reassign, rename } from "./change-commands.ts";
import { insteadId } from "./detach-form.ts";
import { fieldOptions } from "./field-options.ts";
import { chooseInForm, chooseNumber, reassignInstead } from "./form-actions.ts";
import { numberOptions } from "./number-options.ts";
import { openChangeForm } from "./open-change-form.ts";
import { changeFormRoutes } from "./change-submission.ts";

export const changeRoutes: FeatureRoutes = {
  commands: [reassign, detach, rename, edit],
  actions: [
    ...changeKinds.flatMap((verb) => [
      readAction(verb, async ({ at: req, value, view }) =>
        openChangeForm(req, verb, { key: numberValue.parse(value) }, view && { id: view.id }),
      ),
      readAction(`open:${verb}`, async ({ at: req }) => openChangeForm(req, verb, {})),
    ]),
    formAction("number", chooseNumber),
    formAction(insteadId, reassignInstead),
    formAction("pick:*", async (req, view, value) => chooseNumber(req, view, value, true)),
    ...["agent", "ends", "ends_at"].map((id) => formAction(id, chooseInForm)),
  ],
  forms: changeFormRoutes,
  options: [
    { id: "number", find: async (req, { typed }) => numberOptions(req, typed) },
    { id: "agent", find: async (req, { typed, metadata }) => agentOptions(req, metadata, typed) },
    // The menus of a vendor's own fields have the ids of these.
    { id: "*", find: fieldOptions },
  ],
  shortcuts: [
    { id: "reassign_number", type: "global", run: async (req) => openChangeForm(req, "reassign", {}) },
  ],
};
