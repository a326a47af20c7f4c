import { readAction, type FeatureRoutes } from "../listener/routes.ts";
import { lookAgain, showStatus } from "./status-actions.ts";
import { status } from "./status-command.ts";

export const statusRoutes: FeatureRoutes = {
  commands: [status],
  actions: [
    ...["status", "status:*"].map((id) =>
      readAction(id, async ({ at: req, value }) => lookAgain(req, value)),
    ),
    readAction("status:new", async ({ at: req }) => showStatus(req)),
  ],
};
