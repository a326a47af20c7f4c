import { findTarget } from "../../operations/restrictions/target.ts";
import { listProtections, protect as protectTarget } from "../../operations/restrictions/protect.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { protectedMessage, protectionListMessage } from "./protection-message.ts";
import type { Command } from "../listener/command.ts";

/**
 * Requires another person's approval for changes of a number or of a whole connection. Without arguments, lists the
 * protections.
 */
export const protect: Command = {
  verb: "protect",
  group: "restrict",
  usage: "[number|connection]",
  summary: "Require a second person's approval",
  details:
    "Changes of a protected number or connection need a second person's approval. Without arguments: list protections.",
  examples: ["protect", "protect 0100"],
  role: "admin",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    await requireRoleAudited(req.ctx, "admin", "protect numbers");
    if (rest === "") {
      await req.replyPrivately(protectionListMessage(await listProtections(req.ctx)));
      return;
    }
    const protection = await protectTarget(req.ctx, await findTarget(req.ctx, rest));
    await req.replyPrivately(protectedMessage(protection, (await listProtections(req.ctx)).on));
  },
};
