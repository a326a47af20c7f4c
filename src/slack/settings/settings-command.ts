import { openSettings } from "./settings-flow.ts";
import type { Command } from "../listener/command.ts";

/** Who may do what, what a reason has to be, and where things are said. */
export const settings: Command = {
  verb: "settings",
  usage: "",
  summary: "Who may do what here, what a reason has to be, and which channels are told",
  examples: ["settings"],
  role: "admin",
  changes: false,
  run: async (req) => openSettings(req),
};
