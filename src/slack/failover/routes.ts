import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { gate } from "./gate-command.ts";
import { openOverrideForm, overrideFormRoutes } from "./override-form.ts";
import { openRuleForm, ruleFormRoutes } from "./rule-form.ts";
import { removeOneRule, rules } from "./rules-command.ts";

export const failoverRoutes: FeatureRoutes = {
  commands: [rules, gate],
  actions: [
    readAction("rule:new", async ({ at: req }) => openRuleForm(req)),
    writeAction("rule:remove", async ({ at: req, value }) => removeOneRule(req, value)),
    readAction("rule:override", async ({ at: req, value, view }) => openOverrideForm(req, value, view)),
  ],
  forms: [...ruleFormRoutes, ...overrideFormRoutes],
};
