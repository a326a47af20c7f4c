import type { Expiry } from "../../domain/changes/expiry.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { setFreeze } from "../../operations/restrictions/freeze.ts";
import { findTarget } from "../../operations/restrictions/target.ts";
import type { RequestContext } from "../context/request-context.ts";
import { confirmFreezeAll } from "./freeze-all.ts";
import { announceFreeze } from "./freeze-flow.ts";
import { freezeListMessage } from "./freeze-message.ts";
import type { Command } from "../listener/command.ts";
import { readLine, refuseParts } from "../listener/command-line.ts";
import { listFreezes } from "../../operations/restrictions/active-freezes.ts";

/** Freezes a number, a connection's numbers, or all numbers. Without arguments, lists the freezes. */
export const freeze: Command = {
  verb: "freeze",
  group: "restrict",
  usage: "[number|connection|all] [for …|until …] because …",
  summary: "Block changes for a while",
  details: "Freeze a number, a connection or everything. Without arguments: list freezes.",
  examples: [
    "freeze",
    "freeze all until 18:00 because we migrate",
    "freeze 0100 for 2h because the vendor looks at it",
  ],
  role: "operator",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    const line = readLine(rest, false);
    refuseParts(line, "freeze", ["incident"]);
    const { number: what, ends: typed, because } = line;
    if (rest === "") {
      await req.replyPrivately(freezeListMessage(await listFreezes(req.ctx)));
      return;
    }
    if (what === undefined) {
      throw new Problem("invalid_input", "Say what to freeze: a number, a connection, or all.");
    }
    const ends = typed && (await endFrom(req, typed));
    const target = await findTarget(req.ctx, what);
    if (target.kind === "all") await confirmFreezeAll(req, { reason: because, ends });
    else await announceFreeze(req, await setFreeze(req.ctx, { target, reason: because, ends }));
  },
};

async function endFrom(req: RequestContext, typed: readonly string[]): Promise<Expiry> {
  const { parseExpiry } = await import("../../operations/expiry/parse-expiry.ts");
  return parseExpiry(typed, { now: req.ctx.now(), timeZone: await req.timeZone() });
}
