import { Option, type Command } from "commander";
import { alertSources, type AlertSource } from "../../domain/alerts/hook.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import { orRefuse, printAnswer, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import { tableFor } from "../table.ts";
import { hookAdd, hookList, hookRemove, hookSecret, type HookDocument } from "./hook-commands.ts";

interface AddOptions extends CommonOptions {
  readonly source: AlertSource;
}

/** `patchbay hooks`: the addresses for alerts. */
export function addHooks(patchbay: Command, deps: CliDeps): void {
  const hooks = patchbay
    .command("hooks")
    .description("let alerts of PagerDuty, Rootly, Grafana and others propose a failover")
    .addHelpText(
      "after",
      `
A hook is an address for one source. Which alerts propose what is set in Slack: /number hooks.

Examples:
  patchbay hooks add "PagerDuty voice" --source pagerduty
  patchbay hooks secret hook_4f9a0c3e8b7d6a5f1e2d3c4b5a697887 < secret.txt
  patchbay hooks list`,
    );

  withCommonOptions(hooks.command("list"))
    .description("list the hooks, and what their alerts propose")
    .addHelpText("after", "\nExample:\n  patchbay hooks list --json")
    .action(async (options: CommonOptions) => printAnswer(deps, hookList, {}, options, printHooks));

  withCommonOptions(hooks.command("add <name>"))
    .description("make an address for a source, and print the secret that Patchbay made for it, once")
    .addOption(
      new Option("--source <source>", "what sends the alerts").choices(alertSources).makeOptionMandatory(),
    )
    .addHelpText("after", "\nExample:\n  patchbay hooks add Grafana --source grafana")
    .action(async (name: string, { source, ...options }: AddOptions) =>
      printDone(deps, hookAdd, { name, source }, options, {
        asText: (out, { hook, secret }) => {
          if (secret !== undefined) out.out(`${secret}\n`);
          out.err(addedText(hook, secret !== undefined));
        },
        inShort: (out, { hook }) => out.err(addedText(hook, false)),
        look,
      }),
    );

  withCommonOptions(hooks.command("secret <hook>"))
    .description("set the secret that the source signs with; reads it from standard input")
    .addHelpText(
      "after",
      "\nExample:\n  patchbay hooks secret hook_4f9a0c3e8b7d6a5f1e2d3c4b5a697887 < secret.txt",
    )
    .action(async (id: string, options: CommonOptions) => setSecret(deps, id, options));

  withCommonOptions(hooks.command("remove <hook>"))
    .description("refuse what is sent to a hook from now on, and forget its alerts")
    .addHelpText("after", "\nExample:\n  patchbay hooks remove hook_4f9a0c3e8b7d6a5f1e2d3c4b5a697887")
    .action(async (id: string, options: CommonOptions) =>
      printDone(deps, hookRemove, { id }, options, {
        asText: (out, { removed }) => out.out(`${sanitize(`Removed the hook ${removed}.`)}\n`),
        look,
      }),
    );
}

const look = "patchbay hooks list";

async function setSecret(deps: CliDeps, id: string, options: CommonOptions): Promise<void> {
  await orRefuse(deps, options, async () => {
    const secret = (await deps.input.secret("Signing secret: "))?.trim();
    if (!secret)
      throw new Problem("invalid_input", "Standard input was empty. Patchbay needs the signing secret.", {
        field: "secret",
      });
    await printDone(deps, hookSecret, { id, secret }, options, {
      asText: (out, { hook }) =>
        out.out(`${sanitize(`The hook ${hook.name} accepts requests that are signed with this secret.`)}\n`),
      look,
    });
  });
}

function addedText({ id, name, path, hasSecret }: HookDocument, isShown: boolean): string {
  const next = hasSecret
    ? isShown
      ? "Copy the secret now: it is not shown again."
      : `Patchbay could not print the secret. Set another one: patchbay hooks secret ${id}`
    : `Send its alerts there, and set the secret that it shows: patchbay hooks secret ${id}`;
  return `${sanitize(`Made the hook ${name}: https://<host>${path}`)}\n${sanitize(next)}\n`;
}

function printHooks(out: Out, { hooks }: { readonly hooks: readonly HookDocument[] }): void {
  if (hooks.length === 0) {
    out.err("There are no hooks. To make one: patchbay hooks add --help\n");
    return;
  }
  const rows = hooks.map(({ id, name, source, hasSecret, mappings, lastAt = "" }) => [
    id,
    name,
    source,
    hasSecret ? "set" : "missing",
    mappings.map(({ says }) => says).join("; "),
    lastAt,
  ]);
  out.out(tableFor(out, ["id", "name", "source", "secret", "proposes", "last alert"], rows));
}
