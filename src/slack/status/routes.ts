import { readAction, type FeatureRoutes } from "../listener/routes.ts";
import { refreshStatus, showStatus } from "./status-actions.ts";
import { status } from "./status-command.ts";

export const statusRoutes: FeatureRoutes = {
  commands: [status],
  actions: [
    ...["status", "status:*"].map((id) =>
      readAction(id, async ({ at: req, value }) => refreshStatus(req, value)),
    ),
    readAction("status:new", async ({ at: req }) => showStatus(req)),
  ],
};
