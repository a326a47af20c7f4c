import { showStatus } from "./status-actions.ts";
import type { Command } from "../listener/command.ts";

export const status: Command = {
  verb: "status",
  group: "look",
  usage: "",
  summary: "What needs attention now",
  details:
    "Temporary changes, pending approvals, numbers without an agent, unknown outcomes, and connections that do not answer.",
  examples: ["status"],
  role: "viewer",
  changes: false,
  run: showStatus,
};
