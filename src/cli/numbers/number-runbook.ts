import type { Command } from "commander";
import type { CliDeps, Out } from "../cli-context.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import { changeRunbook, type RunbookDocument } from "./change-runbook.ts";
import { withCommonOptions, type CommonOptions } from "./common-options.ts";

/** `patchbay number runbook`: what the form *Runbook* does in Slack. */
export function addRunbookVerb(number: Command, deps: CliDeps): void {
  withCommonOptions(number.command("runbook <number> <url>"))
    .description('link a number to its runbook, for admins; "" removes the link')
    .option("--connection <name>", "its connection, by name or id, if several have such a number")
    .addHelpText(
      "after",
      `
The address begins with https:// and has no user name. Patchbay shows it and never opens it.

Examples:
  patchbay number runbook 0100 https://wiki.example.com/runbooks/support
  patchbay number runbook 0100 ""`,
    )
    .action(
      async (
        text: string,
        url: string,
        { connection, ...options }: CommonOptions & { readonly connection?: string },
      ) =>
        printDone(deps, changeRunbook, { of: { number: text, connection }, url }, options, {
          asText: printRunbook,
        }),
    );
}

function printRunbook(out: Out, { title, runbook }: RunbookDocument): void {
  const words = runbook === undefined ? `${title} has no runbook now.` : `${title} links to ${runbook}.`;
  out.out(`${sanitize(words)}\n`);
}
