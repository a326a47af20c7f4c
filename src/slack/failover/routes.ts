import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { confirmRemoval, failover, keepPlan, removeConfirmed } from "./failover-command.ts";
import { planFormRoutes, openPlanForm } from "./plan-form.ts";
import { approvePlanFormRoutes, openApprovePlan } from "./approve-plan-form.ts";
import { beginWithout, openPreview, previewFormRoutes, previewValue } from "./preview-form.ts";
import { drill } from "./drill-flow.ts";
import { gate } from "./gate-command.ts";
import { openOverrideForm, overrideFormRoutes } from "./override-form.ts";
import { openFailBack, failBackFormRoutes } from "./fail-back-form.ts";
import { openRuleForm, ruleFormRoutes } from "./rule-form.ts";
import { turnPreviewPage } from "./turn-preview-page.ts";
import { removeOneRule, rules } from "./rules-command.ts";

export const failoverRoutes: FeatureRoutes = {
  commands: [failover, rules, gate],
  actions: [
    readAction("failover:preview", async ({ at: req, value, view }) =>
      openPreview(req, previewValue.parse(value), view),
    ),
    writeAction("failover:without", async ({ at: req, value = "", view }) => beginWithout(req, value, view)),
    readAction("plan:approve", async ({ at: req, value = "" }) => openApprovePlan(req, value)),
    readAction("run:back", async ({ at: req, value = "", view }) => openFailBack(req, value, view)),
    readAction("preview:*", async ({ at: req, value, view }) => turnPreviewPage(req, value, view)),
    writeAction("failover:drill", async ({ at: req, value = "" }) => drill(req, value)),
    readAction("plan:new", async ({ at: req }) => openPlanForm(req)),
    readAction("plan:edit", async ({ at: req, value }) => openPlanForm(req, value)),
    readAction("plan:remove", async ({ at: req, value = "" }) => confirmRemoval(req, value)),
    writeAction("plan:removed", async ({ at: req, value }) => removeConfirmed(req, value)),
    readAction("plan:kept", async ({ at: req }) => keepPlan(req)),
    readAction("rule:new", async ({ at: req }) => openRuleForm(req)),
    writeAction("rule:remove", async ({ at: req, value }) => removeOneRule(req, value)),
    readAction("rule:override", async ({ at: req, value, view }) => openOverrideForm(req, value, view)),
  ],
  forms: [
    ...planFormRoutes,
    ...previewFormRoutes,
    ...approvePlanFormRoutes,
    ...failBackFormRoutes,
    ...ruleFormRoutes,
    ...overrideFormRoutes,
  ],
};
