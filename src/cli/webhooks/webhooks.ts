import type { Command } from "commander";
import type { CliDeps, Out } from "../cli-context.ts";
import { printAnswer, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import { tableFor } from "../table.ts";
import {
  webhookAdd,
  webhookFilter,
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
    .action(async (options: CommonOptions) => printAnswer(deps, webhookList, {}, options, printWebhooks));

  withCommonOptions(webhooks.command("add <url>"))
    .description("send what is recorded from now on to an address, and print the secret, once")
    .option("--only <kinds>", "only these kinds of events, separated by commas: change.*,freeze.set")
    .addHelpText(
      "after",
      `
Examples:
  patchbay webhooks add https://hooks.example.com/patchbay
  patchbay webhooks add https://hooks.example.com/patchbay --only 'change.*,failover.*'`,
    )
    .action(async (url: string, { only: kinds = "", ...options }: AddOptions) =>
      printDone(deps, webhookAdd, { url, kinds }, options, printing(addedText)),
    );

  withCommonOptions(webhooks.command("filter <webhook> [kinds...]"))
    .description("send only these kinds of events to a webhook; without kinds, every kind again")
    .addHelpText(
      "after",
      `
It counts for what is not sent yet.

Examples:
  patchbay webhooks filter whk_4fT9sKx2LmQz 'change.*' freeze.set
  patchbay webhooks filter whk_4fT9sKx2LmQz`,
    )
    .action(async (id: string, kinds: readonly string[], options: CommonOptions) =>
      printDone(deps, webhookFilter, { id, kinds: kinds.join(",") }, options, {
        asText: (out, { webhook }) => out.out(`${sanitize(filteredText(webhook))}\n`),
        look,
      }),
    );

  withCommonOptions(webhooks.command("rotate <webhook>"))
    .description("print a new secret, once; for a day, the former one signs too")
    .addHelpText("after", "\nExample:\n  patchbay webhooks rotate whk_4fT9sKx2LmQz")
    .action(async (id: string, options: CommonOptions) =>
      printDone(deps, webhookRotate, { id }, options, printing(rotatedText)),
    );

  withCommonOptions(webhooks.command("remove <webhook>"))
    .description("send nothing more to a webhook")
    .addHelpText("after", "\nExample:\n  patchbay webhooks remove whk_4fT9sKx2LmQz")
    .action(async (id: string, options: CommonOptions) =>
      printDone(deps, webhookRemove, { id }, options, {
        asText: (out, { removed }) => out.out(`${sanitize(`Removed the webhook ${removed}.`)}\n`),
        look,
      }),
    );

  withCommonOptions(webhooks.command("resume <webhook>"))
    .description("send again to a paused webhook, beginning with what it missed")
    .addHelpText("after", "\nExample:\n  patchbay webhooks resume whk_4fT9sKx2LmQz")
    .action(async (id: string, options: CommonOptions) =>
      printDone(deps, webhookResume, { id }, options, {
        asText: (out, { webhook }) =>
          out.out(`${sanitize(`Resumed the webhook ${webhook.id}: what it missed is sent now.`)}\n`),
        look,
      }),
    );
}

interface AddOptions extends CommonOptions {
  readonly only?: string;
}

const look = "patchbay webhooks list";

interface WithSecret {
  readonly webhook: WebhookDocument;
  readonly secret: string;
}

const addedText = ({ id, origin }: WebhookDocument): string => `Added the webhook ${id} to ${origin}.`;
const filteredText = ({ id, kinds }: WebhookDocument): string =>
  `The webhook ${id} gets ${kinds ? `only ${kinds.join(", ")}` : "every kind of event"} from now on.`;
const rotatedText = ({ id }: WebhookDocument): string =>
  `The webhook ${id} has a new secret. The former one signs too for 24 hours.`;

/** The secret alone on standard output; if that fails, how to get another one. */
function printing(textOf: (webhook: WebhookDocument) => string) {
  return {
    asText: (out: Out, { webhook, secret }: WithSecret): void => {
      out.out(`${secret}\n`);
      out.err(`${sanitize(textOf(webhook))}\nCopy the secret now: it is not shown again.\n`);
    },
    inShort: (out: Out, { webhook }: WithSecret): void =>
      out.err(
        `${sanitize(textOf(webhook))}\nPatchbay could not print the secret. For another one: patchbay webhooks rotate ${webhook.id}\n`,
      ),
    look,
  };
}

function printWebhooks(out: Out, { webhooks }: { readonly webhooks: readonly WebhookDocument[] }): void {
  if (webhooks.length === 0) {
    out.err("There are no webhooks. To add one: patchbay webhooks add --help\n");
    return;
  }
  const rows = webhooks.map(({ id, origin, state, kinds = ["all"], failingSince = "", failure = "" }) => [
    id,
    origin,
    state,
    kinds.join(" "),
    failingSince,
    failure,
  ]);
  out.out(tableFor(out, ["id", "sends to", "state", "events", "failing since", "why"], rows));
}
