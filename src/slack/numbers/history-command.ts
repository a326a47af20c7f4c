import { numberHistory } from "../../operations/history/number-history.ts";
import { historyLimit, historyMessage } from "./history-page.ts";
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
    const page = await numberHistory(req.ctx, { number, limit: historyLimit });
    await req.replyPrivately(historyMessage(page, { number, accounts: req.deps.accounts }));
  },
};
