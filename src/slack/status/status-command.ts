import { workspaceStatus } from "../../operations/workspace/workspace-status.ts";
import { statusMessage } from "./status-message.ts";
import type { Command } from "../listener/command.ts";

/** What is not as usual now. */
export const status: Command = {
  verb: "status",
  usage: "",
  summary: "What is not as usual now: changes that end by themselves, numbers with nobody, unknown outcomes",
  examples: ["status"],
  role: "viewer",
  changes: false,
  run: async (req) => {
    await req.replyPrivately(statusMessage(await workspaceStatus(req.ctx), req.deps.accounts));
  },
};
