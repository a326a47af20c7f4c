import { Problem } from "../../domain/problem/problem.ts";
import { closeGate, listRules, openGate } from "../../operations/failover/rules.ts";
import { message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Command } from "../listener/command.ts";
import { readLine, refuseParts } from "../listener/command-line.ts";
import { gateText } from "./rules-message.ts";

/** Turns automation off and on. Without arguments, says which it is. */
export const gate: Command = {
  verb: "gate",
  group: "restrict",
  usage: "[automation on|off because …]",
  summary: "Stop automatic changes",
  details:
    "While automation is off, only people change numbers: temporary changes do not revert by themselves. Operators turn it off, admins turn it on. Without arguments: says which it is.",
  examples: ["gate", "gate automation off because the vendor migrates"],
  role: "operator",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    if (rest === "") {
      await req.replyPrivately(plain(gateText((await listRules(req.ctx)).gate)));
      return;
    }
    const line = readLine(rest, false);
    refuseParts(line, "gate", ["ends", "incident"]);
    switch (line.number?.toLowerCase().replaceAll(/\s+/gu, " ") ?? "") {
      case "automation off":
        await announce(req, plain(gateText(await closeGate(req.ctx, line.because))));
        return;
      case "automation on":
        await openGate(req.ctx, line.because);
        await announce(req, plain(`${gateText(undefined)} <@${req.conversation.userId}> turned it on.`));
        return;
      default:
        throw new Problem("invalid_input", "Say `automation on` or `automation off`, and `because …`.");
    }
  },
};

async function announce(req: RequestContext, said: Message): Promise<void> {
  await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: req.conversation,
    message: said,
    requestId: req.ctx.requestId,
  });
}

function plain(words: string): Message {
  return message([section(words)], stripMrkdwn(words));
}
