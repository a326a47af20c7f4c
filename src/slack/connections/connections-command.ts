import { listConnections } from "../../operations/connections/list-connections.ts";
import { connectionsMessage } from "./connections-message.ts";
import type { Command } from "../listener/command.ts";

export const connections: Command = {
  verb: "connections",
  group: "admin",
  usage: "",
  summary: "Test or remove accounts, replace keys",
  examples: ["connections"],
  role: "admin",
  changes: false,
  run: async (req) => {
    await req.replyPrivately(connectionsMessage(await listConnections(req.ctx)));
  },
};
