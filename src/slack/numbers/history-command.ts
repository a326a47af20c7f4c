import { loadHistory } from "./history-page.ts";
import { resolveNumber } from "./resolve-number.ts";
import type { Command } from "../listener/command.ts";

export const history: Command = {
  verb: "history",
  group: "look",
  usage: "[number]",
  summary: "Recent changes",
  examples: ["history", "history 0100"],
  role: "viewer",
  changes: false,
  run: async (req, rest) => {
    const number = rest ? await resolveNumber(req, rest, "history") : undefined;
    if (rest && !number) return;
    await req.replyPrivately(await loadHistory(req, number));
  },
};
