import type { Command } from "commander";
import type { RunCounts } from "../../domain/runs/run-progress.ts";
import type { CliDeps } from "../cli-context.ts";
import { inEachWorkspace } from "../control/in-each-workspace.ts";
import { runCommand } from "../control/run-command.ts";
import { orRefuse, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { showLiveRuns, type LiveRunDocument } from "./status-commands.ts";

/** `patchbay failover status`. */
export function addFailoverStatus(failover: Command, deps: CliDeps): void {
  withCommonOptions(failover.command("status"))
    .description("show the runs that are not over, of all workspaces: failovers, fail-backs and reverts")
    .addHelpText(
      "after",
      `
With --json, and into a pipe or a file, prints a line of JSON for each run.

Examples:
  patchbay failover status
  patchbay failover status --workspace T0123ABCD --json`,
    )
    .action(async (options: CommonOptions) => printStatus(deps, options));
}

async function printStatus(deps: CliDeps, options: CommonOptions): Promise<void> {
  await orRefuse(deps, options, async () => {
    const ask = async (workspace: string | undefined) =>
      runCommand(deps, showLiveRuns, {}, { ...options, workspace });
    // A person belongs to one workspace.
    const answers =
      options.as === undefined
        ? await inEachWorkspace(options.workspace, ask)
        : [await ask(options.workspace)];
    const runs = answers.flatMap((answer) => answer.runs);
    const { out } = deps;
    // Not on the standard output, where a script would read it as a run.
    if (runs.length === 0 && !options.json) out.err("Nothing is running, paused or held.\n");
    else if (options.json || !out.isTTY) for (const run of runs) out.out(jsonLine(run));
    else out.out(runs.map(asText).join("\n"));
  });
}

function asText(run: LiveRunDocument): string {
  const { workspace, title, state, startedAt, endsAt, begunBy, paused, waiting, connections } = run;
  const since = startedAt === undefined ? "" : ` at ${startedAt}`;
  const reason = run.reason === undefined ? "" : `: ${run.reason}`;
  const lines = [
    `${workspace}  ${title} is ${state}: ${countsText(run)}`,
    ...(paused === undefined ? [] : [`  ${paused.text}`]),
    ...(waiting === undefined ? [] : [`  ${waiting}`]),
    `  Begun by ${begunBy}${since}${reason}`,
    ...(endsAt === undefined ? [] : [`  Its numbers stay switched until ${endsAt}`]),
    ...connections.map(
      ({ name, paused: why, ...counts }) =>
        `  ${name}: ${countsText(counts)}${why === undefined ? "" : `; paused: ${why}`}`,
    ),
  ];
  return lines.map((line) => `${sanitize(line)}\n`).join("");
}

function countsText({ changed, failed, of }: RunCounts): string {
  return `${changed} of ${of} changed${failed > 0 ? `, ${failed} not` : ""}`;
}
