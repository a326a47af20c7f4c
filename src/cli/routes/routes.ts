import { basename } from "node:path";
import type { Command } from "commander";
import type { CliDeps } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import { ended, exitErrorOf } from "../exit-error.ts";
import { orRefuse, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { jsonLine } from "../sanitize.ts";
import { withYamlFile } from "../yaml/yaml-file.ts";
import { beginAndFollow } from "../runs/follow-run.ts";
import { printRunPreview } from "../runs/run-text.ts";
import { beginRoutesRun, previewRoutesRun, type RoutesInPlace } from "./apply-routes.ts";
import { readAllRoutes, routesYaml } from "./export-routes.ts";
import { previewRoutes } from "./plan-routes.ts";
import { printDifferences } from "./print-plan.ts";

interface ExportOptions extends CommonOptions {
  readonly connection?: string;
}

interface FileOptions extends CommonOptions {
  readonly file: string;
}

interface ApplyOptions extends FileOptions {
  readonly source?: string;
  readonly because?: string;
  readonly yes?: true;
}

/** What a file has that these commands take. */
const what = "list of routes";

/** The exit code of a plan with changes, as of `terraform plan -detailed-exitcode`. */
const hasChanges = 2;

/** `patchbay routes`: who answers each number, as a file that can be compared with them. */
export function addRoutes(patchbay: Command, deps: CliDeps): void {
  const routes = patchbay
    .command("routes")
    .description("write who answers each number to a file, compare a file with the numbers, or apply it")
    .addHelpText(
      "after",
      `
Examples:
  patchbay routes export > routes.yaml
  patchbay routes plan -f routes.yaml
  patchbay routes apply -f routes.yaml --as U0123ABCD --source CI`,
    );

  withCommonOptions(routes.command("export"))
    .description("print who answers each number, and its vendor's own fields, as YAML")
    .option("--connection <name>", "only the numbers of this connection, by name or id")
    .addHelpText("after", "\nExample:\n  patchbay routes export > routes.yaml")
    .action(async (options: ExportOptions) => exportRoutes(deps, options));

  withCommonOptions(routes.command("plan"))
    .description("print what differs between a file and the numbers, read live; changes nothing")
    .requiredOption("-f, --file <file>", "the file that `routes export` wrote, as you have edited it")
    .addHelpText(
      "after",
      `
Only what the file names is compared. A line for each change: the number, now → wanted.
Exit codes: 0 no change, 2 changes, 1 anything else, as of terraform plan -detailed-exitcode.

Examples:
  patchbay routes plan -f routes.yaml
  patchbay routes plan -f routes.yaml --json`,
    )
    .action(async (options: FileOptions) => planFile(deps, options));

  withCommonOptions(routes.command("apply"))
    .description("propose the changes of a file in Slack, or make them with --yes, as one run")
    .requiredOption("-f, --file <file>", "the file that `routes export` wrote, as you have edited it")
    .option("--source <name>", "who wants them, for the approver: CI")
    .option("--because <reason>", "why; it is recorded")
    .option("--yes", "make them now, without a proposal, with your own rights")
    .addHelpText(
      "after",
      `
Without --yes, one proposal is posted to the approvers in Slack, in the name of --as, and approved as a whole; the
command exits with 5. GITHUB_SHA is named as its commit. A number that changes meanwhile is left as it is then.

Examples:
  patchbay routes apply -f routes.yaml --as U0123ABCD --source CI
  patchbay routes apply -f routes.yaml --yes --because "the new agents are live"`,
    )
    .action(async (options: ApplyOptions) => applyFile(deps, options));
}

async function applyFile(
  deps: CliDeps,
  { file, source, because, yes, ...options }: ApplyOptions,
): Promise<void> {
  await orRefuse(deps, options, async () => {
    const shown = await withYamlFile(deps, { file, what }, async (value) => {
      const commit = deps.builtCommit?.();
      const name = source ?? (commit === undefined ? basename(file) : "CI");
      const asked = { file: value, source: { name, commit }, reason: because, isProposal: yes !== true };
      return runCommand(deps, previewRoutesRun, asked, options);
    });
    const { preview, workspace, numbers } = shown;
    if (!preview) {
      if (options.json)
        deps.out.out(jsonLine({ outcome: "unchanged", workspace, numbers } satisfies RoutesInPlace));
      printDifferences(deps.out, { numbers, changes: [] });
      return;
    }
    printRunPreview(deps, preview);
    await beginAndFollow(deps, beginRoutesRun, { run: preview.run.run }, { ...options, workspace });
  });
}

async function exportRoutes(deps: CliDeps, { connection, ...options }: ExportOptions): Promise<void> {
  await orProblem(deps, options, async () => {
    const read = await runCommand(deps, readAllRoutes, { connection }, options);
    deps.out.out(options.json ? jsonLine(read) : routesYaml(read));
  });
}

async function planFile(deps: CliDeps, { file, ...options }: FileOptions): Promise<void> {
  await orProblem(deps, options, async () => {
    const plan = await withYamlFile(deps, { file, what }, async (value) =>
      runCommand(deps, previewRoutes, { file: value }, options),
    );
    if (options.json) deps.out.out(jsonLine(plan));
    else printDifferences(deps.out, plan);
    if (plan.changes.length > 0) throw ended(hasChanges);
  });
}

/** Whatever fails ends with 1 here, because 2 and more would tell a pipeline something else. */
async function orProblem(deps: CliDeps, options: CommonOptions, act: () => Promise<void>): Promise<void> {
  try {
    await orRefuse(deps, options, act, { refused: 1, unknown: 1 });
  } catch (error) {
    const { text, exitCode } = exitErrorOf(error);
    if (text === "") throw error;
    deps.out.err(text);
    throw ended(Math.min(exitCode, 1));
  }
}
