import { roleIsEnough, type Role } from "../../domain/shared/actor.ts";
import { currentPermissions } from "../../operations/access/permissions.ts";
import { commandHelpMessage, helpMessage } from "./help-message.ts";
import type { Command, CommandAnswer } from "../listener/command.ts";

/** Shows what the caller may do, from the list of commands that it is part of itself. */
export function helpCommand(commands: () => readonly Command[]): Command {
  // Built once for each role, because it is the same for everyone.
  const whole = new Map<Role, CommandAnswer>();
  const help = (role: Role, rest: string): CommandAnswer => {
    const made = rest === "" ? whole.get(role) : undefined;
    if (made) return made;
    const allowed = commands().filter((command) => roleIsEnough(role, command.role));
    const one = allowed.find(({ verb }) => verb === rest.toLowerCase());
    const answer = {
      response_type: "ephemeral",
      ...(one ? commandHelpMessage(one) : helpMessage(allowed, role)),
    } as const;
    if (rest === "") whole.set(role, Object.freeze(answer));
    return answer;
  };
  return {
    verb: "help",
    group: "look",
    usage: "[command]",
    summary: "All commands",
    examples: ["help reassign"],
    role: "viewer",
    changes: false,
    answer: (req, rest) => {
      const known = req.ctx.authorizer.cachedPermissions?.(req.ctx.actor);
      return known && help(known.role, rest);
    },
    run: async (req, rest) => {
      const { role } = await currentPermissions(req.ctx);
      await req.replyPrivately(help(role, rest));
    },
  };
}
