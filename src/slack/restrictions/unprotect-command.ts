import { listProtections, unprotect as unprotectScope } from "../../operations/restrictions/protect.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { findByTitle } from "../../operations/restrictions/target.ts";
import { protectionListMessage, unprotectedMessage } from "./protection-message.ts";
import type { Command } from "../listener/command.ts";

/** Removes a protection. Without arguments, or if several match, it lists the protections with a button each. */
export const unprotect: Command = {
  verb: "unprotect",
  group: "restrict",
  usage: "[number|connection]",
  summary: "Drop that requirement",
  examples: ["unprotect 0100"],
  role: "admin",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    await requireRoleAudited(req.ctx, "admin", "protect numbers");
    const list = await listProtections(req.ctx);
    const named = rest === "" ? [] : await findByTitle(req.ctx, list.protections, rest);
    const [only] = named;
    if (only && named.length === 1)
      await req.replyPrivately(unprotectedMessage(await unprotectScope(req.ctx, only)));
    else
      await req.replyPrivately(
        protectionListMessage(named.length > 0 ? { ...list, protections: named } : list),
      );
  },
};
