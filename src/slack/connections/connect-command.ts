import { openConnectForm } from "./connect-flow.ts";
import type { Command } from "../listener/command.ts";

/** Adds a connection to a vendor account. */
export const connect: Command = {
  verb: "connect",
  usage: "",
  summary: "Connect a vendor account; its key is tried before it is kept",
  examples: ["connect"],
  role: "admin",
  changes: false,
  run: async (req) => openConnectForm(req),
};
