import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { policyToShow } from "../../operations/access/policy.ts";
import { numberListMessage, wantedFor } from "./number-list.ts";
import { troubleLines } from "../connections/outage-notice.ts";
import type { Command } from "../listener/command.ts";

/** The numbers of all connections. */
export const list: Command = {
  verb: "list",
  usage: "[text]",
  summary: "All numbers with their agents; filter by any of the words that it prints",
  examples: ["list", "list support", "list nobody", "list dialnexa billing"],
  role: "viewer",
  changes: false,
  run: async (at, rest) => {
    const page = { text: rest, page: 0 };
    const numbers = await findNumbers(at.ctx, rest, wantedFor(page));
    const [trouble, policy] = await Promise.all([troubleLines(at), policyToShow(at.ctx)]);
    await at.tell(numberListMessage(numbers, page, policy, trouble));
  },
};
