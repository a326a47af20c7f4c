import { findByTitle } from "../../operations/restrictions/target.ts";
import { unfreezeAndAnnounce } from "./freeze-flow.ts";
import { freezeListMessage } from "./freeze-message.ts";
import type { Command } from "../listener/command.ts";
import { listFreezes } from "../../operations/restrictions/active-freezes.ts";

/** Unfreezes. Without arguments, or if several match, it lists the freezes with a button each. */
export const unfreeze: Command = {
  verb: "unfreeze",
  group: "restrict",
  usage: "[number|connection|all]",
  summary: "Allow changes again",
  details: "Unfreeze what you froze; an admin unfreezes anything. Without arguments: list freezes.",
  examples: ["unfreeze all", "unfreeze 0100"],
  role: "operator",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    const freezes = await listFreezes(req.ctx);
    const named = rest === "" ? [] : await findByTitle(req.ctx, freezes, rest);
    const [only] = named;
    if (only && named.length === 1) await unfreezeAndAnnounce(req, only);
    else await req.replyPrivately(freezeListMessage(named.length > 0 ? named : freezes));
  },
};
