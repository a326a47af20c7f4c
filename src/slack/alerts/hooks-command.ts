import type { Command } from "../listener/command.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { listHooks, removeHook, removeMapping } from "../../operations/alerts/manage-hooks.ts";
import { bold, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { hooksMessage, mappingValue } from "./hooks-message.ts";

/** Lists the addresses for alerts, with buttons to add, set up and remove them. */
export const hooks: Command = {
  verb: "hooks",
  group: "admin",
  usage: "",
  summary: "Let alerts propose a failover",
  details:
    "Lists the addresses to which PagerDuty, Rootly, Grafana, Alertmanager, incident.io and others send alerts. An alert becomes a message with a button, never a change.",
  examples: ["hooks"],
  role: "admin",
  changes: false,
  run: async (req, rest) => {
    if (rest !== "")
      throw new Problem("invalid_input", "`hooks` takes no further words: it lists the hooks.");
    await req.replyPrivately(hooksMessage(await listHooks(req.ctx)));
  },
};

/** Removes a hook, for its confirmed button, and shows the list without it. */
export async function removeOneHook(req: RequestContext, id: string): Promise<void> {
  await removeHook(req.ctx, id);
  await showListAgain(
    req,
    ":white_check_mark: The hook was removed. What is sent to its address is refused.",
  );
}

/** Removes a mapping, for its confirmed button, and shows the list without it. */
export async function removeOneMapping(req: RequestContext, value: string | undefined): Promise<void> {
  const { hook: id, mapping } = mappingValue.parse(value);
  const hook = await removeMapping(req.ctx, id, mapping);
  await showListAgain(req, `:white_check_mark: A mapping of ${bold(hook.name)} was removed.`);
}

async function showListAgain(req: RequestContext, words: string): Promise<void> {
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
  if (req.conversation.responseUrl !== undefined) await req.replace(hooksMessage(await listHooks(req.ctx)));
}
