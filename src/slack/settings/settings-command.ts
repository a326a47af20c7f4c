import { openSettings } from "./settings-flow.ts";
import type { Command } from "../listener/command.ts";

/** Opens the settings: roles, reasons, and channels. */
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
