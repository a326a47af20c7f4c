import type { Command } from "../listener/command.ts";
import { listMessage } from "./list-actions.ts";

export const list: Command = {
  verb: "list",
  group: "look",
  usage: "[text]",
  summary: "Numbers and who answers them",
  details:
    "Numbers without an agent come first. Filter by any word that the list prints, or by state: nobody, protected, frozen, temporary, drifted.",
  examples: ["list", "list support", "list nobody", "list dialnexa billing"],
  role: "viewer",
  changes: false,
  run: async (req, rest) => {
    await req.replyPrivately(await listMessage(req, { text: rest, page: 0 }));
  },
};
