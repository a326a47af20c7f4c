import { Problem } from "../../domain/problem/problem.ts";
import { listWebhooks, removeWebhook, resumeWebhook } from "../../operations/webhooks/manage-webhooks.ts";
import { bold, code, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command } from "../listener/command.ts";
import { webhooksMessage } from "./webhooks-message.ts";

/** Lists the webhooks, with buttons to add, remove and resume them, and to replace their secrets. */
export const webhooks: Command = {
  verb: "webhooks",
  group: "admin",
  usage: "",
  summary: "Send the audit log as events",
  details:
    "Lists the webhooks, which get each audit entry as a signed event. Buttons add, resume and remove them, restrict them to kinds of events, and replace their secrets.",
  examples: ["webhooks"],
  role: "admin",
  changes: false,
  run: async (req, rest) => {
    if (rest !== "")
      throw new Problem("invalid_input", "`webhooks` takes no further words: it lists the webhooks.");
    await req.replyPrivately(webhooksMessage(await listWebhooks(req.ctx)));
  },
};

/** Removes a webhook, for the button in the list, and shows the list without it. */
export async function removeOneWebhook(req: RequestContext, id: string | undefined): Promise<void> {
  await removeWebhook(req.ctx, id ?? "");
  await showDone(
    req,
    `:white_check_mark: The webhook ${code(id ?? "")} is removed. Nothing more is sent to it.`,
  );
}

/** Sends again to a paused webhook, for the button in the list, and shows the list as it is then. */
export async function resumeOneWebhook(req: RequestContext, id: string | undefined): Promise<void> {
  const { origin } = await resumeWebhook(req.ctx, id ?? "");
  await showDone(
    req,
    `:white_check_mark: The webhook to ${bold(origin)} is resumed: what it missed is sent now.`,
  );
}

async function showDone(req: RequestContext, words: string): Promise<void> {
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
  if (req.conversation.responseUrl !== undefined)
    await req.replace(webhooksMessage(await listWebhooks(req.ctx)));
}
