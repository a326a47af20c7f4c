import { openSettings } from "./settings-flow.ts";
import type { Command } from "../listener/command.ts";

/** Who may do what, what a reason has to be, and where things are said. */
export const settings: Command = {
  verb: "settings",
  group: "admin",
  usage: "",
  summary: "Roles, reasons, approvals, channels",
  examples: ["settings"],
  role: "admin",
  changes: false,
  run: async (req) => openSettings(req),
};
