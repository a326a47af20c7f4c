import { lastChangeInChannel, lastChangeOf } from "../../operations/history/last-change-in-channel.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { RequestContext } from "../context/request-context.ts";
import { openRestoreForm } from "./open-restore-form.ts";
import type { Command } from "../listener/command.ts";
import { readLine, refuseParts } from "../listener/command-line.ts";
import { numberLabel } from "../block-kit/number-title.ts";

/** Undoes a change: the caller's last one in this conversation, a given one, or a number's last one. */
export const undo: Command = {
  verb: "undo",
  group: "undo",
  usage: "[change id|number] [because …]",
  summary: "Undo a change",
  details: "Undo your last change in this conversation, the last change of a number, or a change by its id.",
  examples: ["undo", "undo 0100", "undo chg_4fT9sKx2LmQz because it loops"],
  role: "operator",
  changes: false,
  run: async (req, rest) => {
    const line = readLine(rest, false);
    refuseParts(line, "undo", ["ends", "incident"]);
    const { number: named = "", because } = line;
    const what = named.replace(/^`(.*)`$/u, "$1").trim();
    const values = because === undefined ? {} : { reason: { value: because, label: undefined } };
    await openRestoreForm(req, { to: "before", changeId: changeNamed(req, what) }, { values });
  },
};

/** The change that a line refers to: by its id, or by its author or number, which needs a lookup. */
function changeNamed(req: RequestContext, what: string): string | (() => Promise<string>) {
  if (what === "") return async () => lastChangeInChannel(req.ctx, req.conversation.channelId);
  // Too long for a number or a name, so it is treated as an id, and refused before anything opens.
  if (/^chg_[\w-]+$/u.test(what) || what.length > 100) return what;
  return async () => {
    const match = await matchNumber(req.ctx, what);
    if (match.kind === "one") return lastChangeOf(req.ctx, match.number.key);
    const found = match.kind === "several" ? match.numbers : match.nearest;
    const nearest = found.slice(0, 5).map(({ number }) => `/number undo ${numberLabel(number)}`);
    const words = match.kind === "several" ? "names several numbers" : "is neither a change nor a number";
    throw new Problem("not_found", `“${what}” ${words}.`, { field: "number", nearest });
  };
}
