import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { hookFormRoutes, openHookForm, openNotesForm, openSecretForm } from "./hook-forms.ts";
import { hooks, removeOneHook, removeOneMapping } from "./hooks-command.ts";
import { openMappingForm } from "./mapping-form.ts";
import { mappingFormRoutes } from "./mapping-submission.ts";
import { lookAtNumber, lookAtPlan, notNow, remindMe } from "./proposal-actions.ts";

export const alertRoutes: FeatureRoutes = {
  commands: [hooks],
  actions: [
    readAction("alert:look", async ({ at: req, value = "" }) => lookAtPlan(req, value)),
    readAction("look_at:*", async ({ at: req, value }) => lookAtNumber(req, value)),
    writeAction("alert:not_now", async ({ at: req, value = "" }) => notNow(req, value)),
    writeAction("alert:remind", async ({ at: req, value = "" }) => remindMe(req, value)),
    readAction("hook:new", async ({ at: req }) => openHookForm(req)),
    readAction("hook:secret", async ({ at: req, value = "" }) => openSecretForm(req, value)),
    readAction("hook:notes", async ({ at: req, value = "" }) => openNotesForm(req, value)),
    readAction("hook:map", async ({ at: req, value = "", view }) => openMappingForm(req, value, view)),
    writeAction("hook:remove", async ({ at: req, value = "" }) => removeOneHook(req, value)),
    writeAction("hook:unmap", async ({ at: req, value }) => removeOneMapping(req, value)),
  ],
  forms: [...hookFormRoutes, ...mappingFormRoutes],
};
