import { writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { handleExpiryDecision } from "./expiry-actions.ts";

export const expiryRoutes: FeatureRoutes = {
  actions: (["keep", "extend", "end"] as const).flatMap((act) => [
    // On a reminder, which becomes what was decided.
    writeAction(`${act}_change`, async ({ at: req, value, pressed }) =>
      handleExpiryDecision(req, act, value, { pressed }),
    ),
    writeAction(`${act}_change:*`, async ({ at: req, value }) => handleExpiryDecision(req, act, value)),
  ]),
};
