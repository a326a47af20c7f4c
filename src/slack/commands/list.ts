import { findNumbers } from "../../operations/find-numbers.ts";
import { numberListMessage, wantedFor } from "../messages/number-list.ts";
import type { Command } from "./command.ts";

/** The numbers of all connections. */
export const list: Command = {
  verb: "list",
  usage: "[text]",
  summary: "All numbers with their agents; filter by name, digits, agent or connection",
  examples: ["list", "list support", "list 0100"],
  role: "viewer",
  run: async (at, rest) => {
    const page = { text: rest, page: 0 };
    await at.tell(numberListMessage(await findNumbers(at.ctx, rest, wantedFor(page)), page));
  },
};
