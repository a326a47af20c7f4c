import { openConnectForm } from "./connect-flow.ts";
import type { Command } from "../listener/command.ts";

export const connect: Command = {
  verb: "connect",
  group: "admin",
  usage: "",
  summary: "Add a vendor account",
  examples: ["connect"],
  role: "admin",
  changes: false,
  run: async (req) => openConnectForm(req),
};
