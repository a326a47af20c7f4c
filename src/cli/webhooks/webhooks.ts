import type { Command } from "commander";
import type { CliDeps, Out } from "../cli-context.ts";
import type { ControlCommand } from "../control/control-command.ts";
import { runCommand } from "../control/run-command.ts";
import { orRefuse, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { table } from "../table.ts";
import {
  webhookAdd,
  webhookList,
  webhookRemove,
  webhookResume,
  webhookRotate,
  type WebhookDocument,
} from "./webhook-commands.ts";

/** `patchbay webhooks`: where the audit log is sent as events. */
export function addWebhooks(patchbay: Command, deps: CliDeps): void {
  const webhooks = patchbay
    .command("webhooks")
    .description("send the audit log as signed events (CloudEvents, Standard Webhooks)")
    .addHelpText(
      "after",
      `
A secret is shown once: when a webhook is added, and when its secret is replaced.

Examples:
  patchbay webhooks add https://hooks.example.com/patchbay
  patchbay webhooks list
  patchbay webhooks rotate whk_4fT9sKx2LmQz`,
    );

  withCommonOptions(webhooks.command("list"))
    .description("list the webhooks, and what is wrong with them")
    .addHelpText("after", "\nExample:\n  patchbay webhooks list --json")
    .action(async (options: CommonOptions) => print(deps, webhookList, {}, options, printWebhooks));

  withCommonOptions(webhooks.command("add <url>"))
    .description("send what is recorded from now on to an address, and print the secret, once")
    .addHelpText("after", "\nExample:\n  patchbay webhooks add https://hooks.example.com/patchbay")
    .action(async (url: string, options: CommonOptions) =>
      print(deps, webhookAdd, { url }, options, (out, { webhook, secret }) => {
        out.err(sanitize(`Added the webhook ${webhook.id} to ${webhook.origin}.`) + copyIt);
        out.out(`${secret}\n`);
      }),
    );

  withCommonOptions(webhooks.command("rotate <webhook>"))
    .description("print a new secret, once; for a day, the former one signs too")
    .addHelpText("after", "\nExample:\n  patchbay webhooks rotate whk_4fT9sKx2LmQz")
    .action(async (id: string, options: CommonOptions) =>
      print(deps, webhookRotate, { id }, options, (out, { webhook, secret }) => {
        const words = `The webhook ${webhook.id} has a new secret. The former one signs too for 24 hours.`;
        out.err(sanitize(words) + copyIt);
        out.out(`${secret}\n`);
      }),
    );

  withCommonOptions(webhooks.command("remove <webhook>"))
    .description("send nothing more to a webhook")
    .addHelpText("after", "\nExample:\n  patchbay webhooks remove whk_4fT9sKx2LmQz")
    .action(async (id: string, options: CommonOptions) =>
      print(deps, webhookRemove, { id }, options, (out, { removed }) =>
        out.out(`${sanitize(`Removed the webhook ${removed}.`)}\n`),
      ),
    );

  withCommonOptions(webhooks.command("resume <webhook>"))
    .description("send again to a paused webhook, beginning with what it missed")
    .addHelpText("after", "\nExample:\n  patchbay webhooks resume whk_4fT9sKx2LmQz")
    .action(async (id: string, options: CommonOptions) =>
      print(deps, webhookResume, { id }, options, (out, { webhook }) =>
        out.out(`${sanitize(`Resumed the webhook ${webhook.id}: what it missed is sent now.`)}\n`),
      ),
    );
}

const copyIt = "\nCopy the secret now: it is not shown again.\n";

async function print<Input, Output>(
  deps: CliDeps,
  command: ControlCommand<Input, Output>,
  input: Input,
  options: CommonOptions,
  asText: (out: Out, answer: Output) => void,
): Promise<void> {
  await orRefuse(deps, options, async () => {
    const answer = await runCommand(deps, command, input, { ...options, isSentOnce: true });
    if (options.json) deps.out.out(jsonLine(answer));
    else asText(deps.out, answer);
  });
}

function printWebhooks(out: Out, { webhooks }: { readonly webhooks: readonly WebhookDocument[] }): void {
  if (webhooks.length === 0) {
    out.err("There are no webhooks. To add one: patchbay webhooks add --help\n");
    return;
  }
  const rows = webhooks.map(({ id, origin, state, failingSince = "", failure = "" }) => [
    id,
    origin,
    state,
    failingSince,
    failure,
  ]);
  out.out(table(["id", "sends to", "state", "failing since", "why"], rows, 44, out.columns));
}
