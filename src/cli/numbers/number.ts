import type { Command } from "commander";
import type { CliDeps } from "../cli-context.ts";
import { addChangeVerbs } from "../changes/change-verbs.ts";
import { printAnswer, withCommonOptions, type CommonOptions, upTo } from "./common-options.ts";
import { listNumbers, mostListed } from "./list-numbers.ts";
import { mostChanges, showHistory } from "./number-history.ts";
import { addAgentsVerb } from "./number-agents.ts";
import { addRunbookVerb } from "./number-runbook.ts";
import { showStatus } from "./number-status.ts";
import { printCard, printHistory, printList } from "./print-numbers.ts";
import { printStatus } from "./print-status.ts";
import { showNumber } from "./show-number.ts";

interface ListOptions extends CommonOptions {
  readonly limit: number;
  readonly offset: number;
}

interface HistoryOptions extends CommonOptions {
  readonly connection?: string;
  readonly limit: number;
  readonly before?: number;
}

/** `patchbay number`: what `/number` shows in Slack, in the running server, or without one. */
export function addNumber(patchbay: Command, deps: CliDeps): void {
  const number = patchbay
    .command("number")
    .description(
      "look at numbers and change them, through the running server or without one, even while Slack is down",
    )
    .addHelpText(
      "after",
      `
A number is named by its name, its last four or more digits, or its id. Times are UTC.

A change is shown as now → after and made once you confirm it, or at once with --yes. Then it is proved and recorded.

Exit codes: 0 done or applied, 1 something else is wrong, 2 invalid settings, 3 refused, nothing changed,
4 nobody knows yet, 5 waits for approval. 6 is for runs alone, as of patchbay failover: begun, and not everything is
changed.

Examples:
  patchbay number list nobody
  patchbay number show 0100
  patchbay number history "Main line" --json
  patchbay number status
  patchbay number reassign 0100 "Night Bot" --because "the main bot is down" --for 2h
  patchbay number undo chg_4fT9sKx2LmQz`,
    );

  withCommonOptions(number.command("list [filter...]"))
    .description("list numbers and who answers them; those without an agent come first")
    .option("-n, --limit <n>", `at most this many, up to ${mostListed}`, upTo(mostListed), 100)
    .option("--offset <n>", "skip this many", upTo(Number.MAX_SAFE_INTEGER, 0), 0)
    .addHelpText(
      "after",
      `
Filter by any word that the list prints, or by state: nobody, protected, frozen, temporary, drifted.

Examples:
  patchbay number list
  patchbay number list nobody --workspace T0123ABCD
  patchbay number list cartesia billing --json`,
    )
    .action(async (filter: readonly string[], { limit, offset, ...options }: ListOptions) =>
      printAnswer(deps, listNumbers, { filter: filter.join(" "), limit, offset }, options, printList),
    );

  withCommonOptions(number.command("show <number>"))
    .description("show who answers a number now, since when, and why")
    .option("--connection <name>", "its connection, by name or id, if several have such a number")
    .addHelpText(
      "after",
      '\nExamples:\n  patchbay number show 0100\n  patchbay number show "Main line" --json',
    )
    .action(
      async (text: string, { connection, ...options }: CommonOptions & { readonly connection?: string }) =>
        printAnswer(deps, showNumber, { number: text, connection }, options, printCard),
    );

  withCommonOptions(number.command("history [number]"))
    .description("show changes of one number or of all, newest first")
    .option("--connection <name>", "its connection, by name or id, if several have such a number")
    .option("-n, --limit <n>", `at most this many, up to ${mostChanges}`, upTo(mostChanges), 20)
    .option(
      "--before <sequence>",
      "only earlier changes, as the page before says",
      upTo(Number.MAX_SAFE_INTEGER),
    )
    .addHelpText("after", "\nExamples:\n  patchbay number history\n  patchbay number history 0100 --limit 5")
    .action(async (text: string | undefined, { connection, limit, before, ...options }: HistoryOptions) =>
      printAnswer(
        deps,
        showHistory,
        { of: text === undefined ? undefined : { number: text, connection }, limit, before },
        options,
        printHistory,
      ),
    );

  withCommonOptions(number.command("status"))
    .description("show what needs attention now")
    .addHelpText("after", "\nExamples:\n  patchbay number status\n  patchbay number status --json")
    .action(async (options: CommonOptions) => printAnswer(deps, showStatus, {}, options, printStatus));

  addAgentsVerb(number, deps);
  addChangeVerbs(number, deps);
  addRunbookVerb(number, deps);
}
