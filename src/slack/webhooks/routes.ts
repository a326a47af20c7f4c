import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { kindsFormRoutes, openKindsForm } from "./kinds-form.ts";
import { rotateOneWebhook } from "./rotate-webhook.ts";
import { openWebhookForm, webhookFormRoutes } from "./webhook-form.ts";
import { removeOneWebhook, resumeOneWebhook, webhooks } from "./webhooks-command.ts";

export const webhookRoutes: FeatureRoutes = {
  commands: [webhooks],
  actions: [
    readAction("webhook:new", async ({ at: req }) => openWebhookForm(req)),
    readAction("webhook:kinds", async ({ at: req, value }) => openKindsForm(req, value ?? "")),
    writeAction("webhook:rotate", async ({ at: req, value }) => rotateOneWebhook(req, value)),
    writeAction("webhook:remove", async ({ at: req, value }) => removeOneWebhook(req, value)),
    writeAction("webhook:resume", async ({ at: req, value }) => resumeOneWebhook(req, value)),
  ],
  forms: [...webhookFormRoutes, ...kindsFormRoutes],
};
