import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { previewPolicy } from "../../operations/access/policy.ts";
import { numberListMessage, wantedFor } from "./number-list.ts";
import { outageLines } from "../connections/outage-notice.ts";
import type { Command } from "../listener/command.ts";

/** The numbers of all connections. */
export const list: Command = {
  verb: "list",
  group: "look",
  usage: "[text]",
  summary: "Numbers and who answers them",
  examples: ["list", "list support", "list nobody", "list dialnexa billing"],
  role: "viewer",
  changes: false,
  run: async (req, rest) => {
    const page = { text: rest, page: 0 };
    const numbers = await findNumbers(req.ctx, rest, wantedFor(page));
    const [trouble, policy] = await Promise.all([outageLines(req), previewPolicy(req.ctx)]);
    await req.replyPrivately(numberListMessage(numbers, page, policy, trouble));
  },
};
