import { listConnections } from "../../operations/list-connections.ts";
import { requireRole } from "../../operations/rights.ts";
import { connectionsMessage } from "../messages/connections.ts";
import type { Command } from "./command.ts";

/** The connections and their health. */
export const connections: Command = {
  verb: "connections",
  usage: "",
  summary: "The connected vendor accounts: test one, replace its key, disconnect it",
  examples: ["connections"],
  role: "admin",
  changes: false,
  run: async (at) => {
    await requireRole(at.ctx, "admin", "manage connections");
    await at.tell(connectionsMessage(await listConnections(at.ctx)));
  },
};
