import { roleIsEnough } from "../../domain/shared/actor.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { listRules, removeRule } from "../../operations/failover/rules.ts";
import { currentPermissions } from "../../operations/access/permissions.ts";
import { bold, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command } from "../listener/command.ts";
import { rulesMessage } from "./rules-message.ts";

/** Lists the safety rules, with buttons to add, remove and override them. */
export const rules: Command = {
  verb: "rules",
  group: "restrict",
  usage: "",
  summary: "See the safety rules",
  details:
    "Lists the rules that every change must follow. Admins add and remove them; buttons override them.",
  examples: ["rules"],
  role: "viewer",
  changes: false,
  run: async (req, rest) => {
    if (rest !== "")
      throw new Problem("invalid_input", "`rules` takes no further words: it lists the rules.");
    await req.replyPrivately(await rulesNow(req));
  },
};

/** Removes a rule, for the button in the list, and shows the list without it. */
export async function removeOneRule(req: RequestContext, ruleId: string | undefined): Promise<void> {
  const title = await removeRule(req.ctx, ruleId ?? "");
  const words = `:white_check_mark: The rule ${bold(title)} was removed.`;
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
  if (req.conversation.responseUrl !== undefined) await req.replace(await rulesNow(req));
}

async function rulesNow(req: RequestContext) {
  const list = await listRules(req.ctx);
  const { role } = await currentPermissions(req.ctx);
  return rulesMessage(list, req.ctx.actor, roleIsEnough(role, "admin"));
}
