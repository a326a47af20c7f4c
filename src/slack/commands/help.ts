import { roleIsEnough } from "../../domain/actor.ts";
import { rightsHere } from "../../operations/rights.ts";
import { helpMessage } from "../messages/help.ts";
import type { Command } from "./command.ts";

/** What the caller may do; made from the list of commands, which it is a part of. */
export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    verb: "help",
    usage: "[verb]",
    summary: "What you may do, with examples",
    examples: ["help reassign"],
    role: "viewer",
    run: async (at, rest) => {
      const { role } = await rightsHere(at.ctx);
      const allowed = commands().filter((command) => roleIsEnough(role, command.role));
      const one = allowed.filter(({ verb }) => verb === rest.toLowerCase());
      await at.tell(helpMessage(one.length > 0 ? one : allowed));
    },
  };
}
