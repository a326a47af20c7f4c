import type { Expiry } from "../../domain/expiry.ts";
import { Problem } from "../../domain/problem.ts";
import { listFreezes, setFreeze } from "../../operations/restrictions/freeze.ts";
import { findTarget } from "../../operations/restrictions/target.ts";
import type { RequestContext } from "../context/request-context.ts";
import { tellFreeze } from "./freeze-flow.ts";
import { freezeListMessage } from "./freeze-message.ts";
import type { Command } from "../listener/command.ts";
import { readLine } from "../listener/command-line.ts";

/** Keeps everybody from changing a number, a connection's numbers, or all; alone it lists what is frozen. */
export const freeze: Command = {
  verb: "freeze",
  usage: "[number|connection|all] [until …] because …",
  summary: "Let nobody change a number, all of a connection or all of them; alone it lists what is frozen",
  examples: [
    "freeze",
    "freeze all until 18:00 because we migrate",
    "freeze 0100 for 2h because the vendor looks at it",
  ],
  role: "operator",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    const { number: what, ends: typed, because } = readLine(rest, false);
    if (rest === "") {
      await req.replyPrivately(freezeListMessage(await listFreezes(req.ctx)));
      return;
    }
    if (what === undefined) {
      throw new Problem("invalid_input", "Say what to freeze: a number, a connection, or all.");
    }
    const ends = typed && (await endFrom(req, typed));
    const target = await findTarget(req.ctx, what);
    await tellFreeze(req, await setFreeze(req.ctx, { target, reason: because, ends }));
  },
};

async function endFrom(req: RequestContext, typed: readonly string[]): Promise<Expiry> {
  const { parseExpiry: readEnd } = await import("../../operations/expiry/parse-expiry.ts");
  return readEnd(typed, { now: req.ctx.now(), timeZone: await req.timeZone() });
}
