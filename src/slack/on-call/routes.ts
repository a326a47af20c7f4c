import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { onCall, removeOneSchedule } from "./on-call-command.ts";
import { onCallFormRoutes, openKeyForm, openPeopleForm, openScheduleForm } from "./on-call-forms.ts";

export const onCallRoutes: FeatureRoutes = {
  commands: [onCall],
  actions: [
    readAction("oncall:new", async ({ at: req }) => openScheduleForm(req)),
    readAction("oncall:people", async ({ at: req, value = "" }) => openPeopleForm(req, value)),
    readAction("oncall:key", async ({ at: req, value = "" }) => openKeyForm(req, value)),
    writeAction("oncall:remove", async ({ at: req, value = "" }) => removeOneSchedule(req, value)),
  ],
  forms: [...onCallFormRoutes],
};
