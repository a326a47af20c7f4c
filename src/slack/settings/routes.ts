import { roleNames } from "../../domain/access/workspace-settings.ts";
import { formAction, readAction, type FeatureRoutes } from "../listener/routes.ts";
import { groupOptions } from "./group-options.ts";
import { settings } from "./settings-command.ts";
import { chooseTopic, openSettings } from "./settings-flow.ts";
import { topicId } from "./settings-form.ts";
import { settingsFormRoutes } from "./submit-settings.ts";

export const settingsRoutes: FeatureRoutes = {
  commands: [settings],
  actions: [
    readAction("settings", async ({ at: req }) => openSettings(req)),
    readAction("operators", async ({ at: req, value }) => openSettings(req, value ?? "")),
    formAction(topicId, chooseTopic),
  ],
  forms: settingsFormRoutes,
  options: ["only", ...roleNames].map((whose) => ({
    id: `${whose}_groups`,
    find: async (req, { typed }) => groupOptions(req, typed),
  })),
};
