import { lastChangeHere } from "../../operations/last-change-here.ts";
import { openRestoreForm } from "../restore-flow.ts";
import type { Command } from "./command.ts";

/** Puts back what a change wrote: the caller's last one in this conversation, or the one that is named. */
export const undo: Command = {
  verb: "undo",
  usage: "[change id]",
  summary: "Put back what a change wrote; without an id your last one in this conversation",
  examples: ["undo", "undo chg_4fT9sKx2LmQz"],
  role: "operator",
  changes: false,
  run: async (at, rest) => {
    const id = rest.replace(/^`(.*)`$/u, "$1").trim();
    const named = id === "" ? async () => lastChangeHere(at.ctx, at.conversation.channelId) : id;
    await openRestoreForm(at, { to: "before", changeId: named });
  },
};
