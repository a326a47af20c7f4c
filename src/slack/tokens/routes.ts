import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { openTokenForm, tokenFormRoutes } from "./token-form.ts";
import { revokeOneToken, tokens } from "./tokens-command.ts";

export const tokenRoutes: FeatureRoutes = {
  commands: [tokens],
  actions: [
    readAction("token:new", async ({ at: req }) => openTokenForm(req)),
    writeAction("token:revoke", async ({ at: req, value }) => revokeOneToken(req, value)),
  ],
  forms: tokenFormRoutes,
};
