import { Problem } from "../../domain/problem/problem.ts";
import { listSchedules, removeSchedule } from "../../operations/workspace/manage-on-call.ts";
import { message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command } from "../listener/command.ts";
import { onCallMessage } from "./on-call-message.ts";

/** Lists the on-call schedules, with buttons to add, set up and remove them. */
export const onCall: Command = {
  verb: "oncall",
  group: "admin",
  usage: "",
  summary: "Let roles follow an on-call schedule",
  details:
    "Lists the schedules of PagerDuty and Grafana IRM that can give a role, with who is on call now. Choose the role in `settings`.",
  examples: ["oncall"],
  role: "admin",
  changes: false,
  run: async (req, rest) => {
    if (rest !== "")
      throw new Problem("invalid_input", "`oncall` takes no further words: it lists the schedules.");
    await req.replyPrivately(await listMessage(req));
  },
};

/** Removes a schedule, for its confirmed button, and shows the list without it. */
export async function removeOneSchedule(req: RequestContext, id: string): Promise<void> {
  await removeSchedule(req.ctx, id);
  const words = ":white_check_mark: The schedule and its key were removed.";
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
  if (req.conversation.responseUrl !== undefined) await req.replace(await listMessage(req));
}

async function listMessage(req: RequestContext): Promise<Message> {
  const schedules = await listSchedules(req.ctx);
  const ids = schedules.map(({ id }) => id);
  return onCallMessage(await req.deps.onCall.now(req.ctx.workspace, ids));
}
