import { formAction, readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { connect } from "./connect-command.ts";
import { chooseVendor, connectionFormRoutes, openConnectForm } from "./connect-flow.ts";
import { disconnectOne, testOne } from "./connection-actions.ts";
import { connections } from "./connections-command.ts";

export const connectionRoutes: FeatureRoutes = {
  commands: [connect, connections],
  actions: [
    readAction("connect", async ({ at: req }) => openConnectForm(req)),
    readAction("replace_key", async ({ at: req, value }) => openConnectForm(req, value)),
    formAction("vendor", chooseVendor),
    writeAction("test", async ({ at: req, value }) => testOne(req, value)),
    writeAction("disconnect", async ({ at: req, value }) => disconnectOne(req, value)),
  ],
  forms: connectionFormRoutes,
};
