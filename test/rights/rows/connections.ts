import { alpha } from "../../support/neighbours.ts";
import { admins, pressed, refusedAct, type Row, sent, shown, typed } from "./row.ts";

/** Connections and settings. */
export const connecting: readonly Row[] = [
  typed("connect", "connect", shown(admins)),
  typed("connections", "connections", shown(admins)),
  typed("settings", "settings", shown(admins)),
  pressed("test", "test", (matrix) => matrix.connectionOf("own"), {
    may: admins,
    yes: "connection.tested",
    no: refusedAct,
  }),
  ...(["test", "replace_key", "operators", "disconnect"] as const).map((actionId) =>
    pressed(actionId, actionId, (matrix) => matrix.connectionOf("foreign"), shown(admins), "foreign"),
  ),
  pressed("replace_key", "replace_key", (matrix) => matrix.connectionOf("own"), shown(admins)),
  pressed("operators", "operators", (matrix) => matrix.connectionOf("own"), shown(admins)),
  pressed("disconnect", "disconnect", (_matrix, connectionId) => connectionId, {
    may: admins,
    yes: "connection.removed",
    no: refusedAct,
    prepare: async (matrix) => matrix.spare(),
  }),
  sent(
    "replace_key",
    async (matrix, who) =>
      matrix.send(
        who,
        "connect",
        { from: {}, connectionId: matrix.connectionOf("own"), vendor: "cartesia" },
        { api_key: "sk_car_of_somebody" },
      ),
    { may: admins, yes: "connection.replaced/credentials_rejected", no: refusedAct },
  ),
  ...(["own", "foreign"] as const).map((target) =>
    sent(
      "settings",
      async (matrix, who, revision) =>
        matrix.send(who, "settings", {
          from: {},
          revision: Number(revision),
          withGroups: true,
          connectionId: matrix.connectionOf(target),
        }),
      {
        may: admins,
        yes: target === "own" ? "settings.changed" : "shown",
        no: refusedAct,
        prepare: async ({ harness }) =>
          String((await harness.infra.store.workspace(alpha.teamId).settings.readNow()).revision),
      },
      target,
    ),
  ),
];
