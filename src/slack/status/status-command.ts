import { workspaceStatus } from "../../operations/workspace/workspace-status.ts";
import { statusMessage } from "./status-message.ts";
import type { Command } from "../listener/command.ts";

/** What needs attention now. */
export const status: Command = {
  verb: "status",
  usage: "",
  summary: "What needs attention: temporary changes, numbers without an agent, unknown outcomes",
  examples: ["status"],
  role: "viewer",
  changes: false,
  run: async (req) => {
    await req.replyPrivately(statusMessage(await workspaceStatus(req.ctx), req.deps.accounts));
  },
};
