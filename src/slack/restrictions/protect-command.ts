import { findTarget } from "../../operations/restrictions/target.ts";
import { listProtections, protect as protectTarget } from "../../operations/restrictions/protect.ts";
import { requireRole } from "../../operations/access/permissions.ts";
import { protectedMessage, protectionListMessage } from "./protection-message.ts";
import type { Command } from "../listener/command.ts";

/** Lets a number, or all of a connection, be changed only with another person's approval; alone it lists them. */
export const protect: Command = {
  verb: "protect",
  usage: "[number|connection]",
  summary: "Let a number or a connection be changed only with another person's approval",
  examples: ["protect", "protect 0100"],
  role: "admin",
  changes: (rest) => rest !== "",
  run: async (at, rest) => {
    await requireRole(at.ctx, "admin", "protect numbers");
    if (rest === "") {
      await at.tell(protectionListMessage(await listProtections(at.ctx)));
      return;
    }
    const protection = await protectTarget(at.ctx, await findTarget(at.ctx, rest));
    await at.tell(protectedMessage(protection, (await listProtections(at.ctx)).on));
  },
};
