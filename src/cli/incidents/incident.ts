import type { Command } from "commander";
import type { CliDeps, Out } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import { changeLines } from "../numbers/change-text.ts";
import {
  confirm,
  orRefuse,
  printAnswer,
  withCommonOptions,
  type CommonOptions,
  upTo,
} from "../numbers/common-options.ts";
import { beginAndFollow } from "../runs/follow-run.ts";
import { becauseOfOverride, overriddenRules, withOverride } from "../runs/override-rules.ts";
import { isPlanned, printRunPreview } from "../runs/run-text.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import {
  beginIncident,
  beginRevert,
  closeIncident,
  listIncidents,
  previewRevert,
  showIncidentPage,
  type IncidentDocument,
  type IncidentListDocument,
  type IncidentPageDocument,
  type OneIncidentDocument,
} from "./incident-commands.ts";

interface ShowOptions extends CommonOptions {
  readonly limit: number;
  readonly before?: number;
}

interface RevertOptions extends CommonOptions {
  readonly because?: string;
  readonly override?: readonly string[];
  readonly yes?: true;
}

/** `patchbay incident`: what `/number incident` does in Slack. */
export function addIncident(patchbay: Command, deps: CliDeps): void {
  const incident = patchbay
    .command("incident")
    .description("group the changes of an incident, and revert them together")
    .addHelpText(
      "after",
      `
Changes belong to an incident with --incident, or in Slack by the channel where it was started.

Examples:
  patchbay incident start INC-123 "Calls drop at noon"
  patchbay incident revert INC-123
  patchbay incident end INC-123`,
    );

  withCommonOptions(incident.command("list"))
    .description("list the incidents that are open")
    .addHelpText("after", "\nExample:\n  patchbay incident list --json")
    .action(async (options: CommonOptions) => printAnswer(deps, listIncidents, {}, options, printIncidents));

  withCommonOptions(incident.command("start <key> [title...]").alias("open"))
    .description("start an incident")
    .addHelpText("after", '\nExample:\n  patchbay incident start INC-123 "Calls drop at noon"')
    .action(async (key: string, title: readonly string[], options: CommonOptions) =>
      printDone(
        deps,
        beginIncident,
        { key, title: title.length === 0 ? undefined : title.join(" ") },
        options,
        { asText: print("is open"), look },
      ),
    );

  withCommonOptions(incident.command("end <key>").alias("close"))
    .description("end an incident: no number is changed")
    .addHelpText("after", "\nExample:\n  patchbay incident end INC-123")
    .action(async (key: string, options: CommonOptions) =>
      printDone(deps, closeIncident, { key }, options, { asText: print("has ended"), look }),
    );

  withCommonOptions(incident.command("show <key>"))
    .description("show an incident and its changes, newest first")
    .option("-n, --limit <n>", "at most this many, up to 1000", upTo(1_000), 20)
    .option(
      "--before <sequence>",
      "only earlier changes, as the page before says",
      upTo(Number.MAX_SAFE_INTEGER),
    )
    .addHelpText("after", "\nExample:\n  patchbay incident show INC-123")
    .action(async (key: string, { limit, before, ...options }: ShowOptions) =>
      printAnswer(deps, showIncidentPage, { key, limit, before }, options, printPage),
    );

  withOverride(withCommonOptions(incident.command("revert <key>")))
    .description("revert everything that an incident changed and that is still as it left it")
    .option("--because <reason>", becauseOfOverride)
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      `
Examples:
  patchbay incident revert INC-123
  patchbay incident revert INC-123 --yes --json
  patchbay incident revert INC-123 --override "Never nobody" --because "the agent fails" --yes`,
    )
    .action(async (key: string, options: RevertOptions) => revert(deps, key, options));
}

async function revert(
  deps: CliDeps,
  key: string,
  { yes, override: named = [], because: reason, ...options }: RevertOptions,
): Promise<void> {
  await orRefuse(deps, options, async () => {
    const preview = await runCommand(deps, previewRevert, { key }, options);
    printRunPreview(deps, preview);
    const { run, workspace, steps } = preview.run;
    const count = steps.filter(isPlanned).length;
    if (count === 0) throw new Problem("nothing_to_change", "No number can be reverted now.");
    const override = overriddenRules(preview, named, reason);
    await confirm(deps, `Put back ${count}?`, yes);
    await beginAndFollow(deps, beginRevert, { run, override, reason }, { ...options, workspace });
  });
}

function printIncidents(out: Out, { incidents }: IncidentListDocument): void {
  if (incidents.length === 0) out.err("No incident is open.\n");
  for (const each of incidents) out.out(`${sanitize(incidentText(each))}\n`);
}

const look = "patchbay incident list";

function print(what: string): (out: Out, found: OneIncidentDocument) => void {
  return (out, { incident: { key, title } }) => {
    out.out(`${sanitize(`${key}${title === undefined ? "" : ` (${title})`} ${what}.`)}\n`);
  };
}

function printPage(out: Out, { incident: shown, changes, next }: IncidentPageDocument): void {
  out.out(`${sanitize(incidentText(shown))}\n`);
  if (changes.length === 0) out.err("Nothing was changed for it.\n");
  for (const change of changes) out.out(`${changeLines(change).map(sanitize).join("\n  ")}\n`);
  if (next !== undefined) out.err(`To see earlier ones: --before ${next}\n`);
}

function incidentText({ key, title, startedBy, startedAt, endedBy, endedAt }: IncidentDocument): string {
  const name = title === undefined ? key : `${key} (${title})`;
  const end = endedAt === undefined ? "open" : `ended by ${endedBy ?? ""} at ${endedAt}`;
  return `${name}: started by ${startedBy} at ${startedAt}, ${end}`;
}
