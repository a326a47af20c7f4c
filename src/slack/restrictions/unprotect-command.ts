import { listProtections, unprotect as unprotectScope } from "../../operations/restrictions/protect.ts";
import { requireRole } from "../../operations/access/permissions.ts";
import { titlesNamed } from "../../operations/restrictions/target.ts";
import { protectionListMessage, unprotectedMessage } from "./protection-message.ts";
import type { Command } from "../listener/command.ts";

/** Takes a protection back; alone, or when the words fit several, it lists them with a button each. */
export const unprotect: Command = {
  verb: "unprotect",
  usage: "[number|connection]",
  summary: "Take the protection of a number or a connection back",
  examples: ["unprotect 0100"],
  role: "admin",
  changes: (rest) => rest !== "",
  run: async (at, rest) => {
    await requireRole(at.ctx, "admin", "protect numbers");
    const list = await listProtections(at.ctx);
    const named = rest === "" ? [] : await titlesNamed(at.ctx, list.protections, rest);
    const [only] = named;
    if (only && named.length === 1) await at.tell(unprotectedMessage(await unprotectScope(at.ctx, only)));
    else await at.tell(protectionListMessage(named.length > 0 ? { ...list, protections: named } : list));
  },
};
