import type { Command } from "commander";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { CliDeps } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import { ended, exitErrorOf } from "../exit-error.ts";
import { withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { jsonLine } from "../sanitize.ts";
import { parseYaml, readYamlFile } from "../yaml/located-yaml.ts";
import { printYamlFaults } from "../yaml/print-faults.ts";
import { readAllRoutes, routesYaml } from "./export-routes.ts";
import { previewRoutes } from "./plan-routes.ts";
import { printDifferences } from "./print-plan.ts";

interface ExportOptions extends CommonOptions {
  readonly connection?: string;
}

interface FileOptions extends CommonOptions {
  readonly file: string;
}

/** The exit code of a plan with changes, as of `terraform plan -detailed-exitcode`. */
const hasChanges = 2;

/** `patchbay routes`: who answers each number, as a file that can be compared with them. */
export function addRoutes(patchbay: Command, deps: CliDeps): void {
  const routes = patchbay
    .command("routes")
    .description("write who answers each number to a file, or compare a file with the numbers");

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
}

async function exportRoutes(deps: CliDeps, { connection, ...options }: ExportOptions): Promise<void> {
  await orProblem(deps, options, async () => {
    const read = await runCommand(deps, readAllRoutes, { connection }, options);
    deps.out.out(options.json ? jsonLine(read) : routesYaml(read));
  });
}

async function planFile(deps: CliDeps, { file, ...options }: FileOptions): Promise<void> {
  await orProblem(deps, options, async () => {
    const yaml = parseYaml(readYamlFile(file, "list of routes"), "list of routes");
    if (yaml.faults) {
      printYamlFaults(deps, file, yaml.faults);
      throw invalidFile(file);
    }
    const plan = await runCommand(deps, previewRoutes, { file: yaml.value }, options);
    if (plan.faults.length > 0) {
      printYamlFaults(deps, file, yaml.located(plan.faults));
      throw invalidFile(file);
    }
    if (options.json) deps.out.out(jsonLine(plan));
    else printDifferences(deps.out, plan);
    if (plan.changes.length > 0) throw ended(hasChanges);
  });
}

function invalidFile(file: string): Problem {
  return new Problem("invalid_input", `${file} cannot be used as it is.`);
}

/** A refusal ends with 1 here, because 2 and more would tell a pipeline something else. */
async function orProblem({ out }: CliDeps, { json }: CommonOptions, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (json && isProblem(error)) {
      const { code, message, details } = error;
      out.out(jsonLine({ problem: { code, message, ...details } }));
    }
    const { text, exitCode } = exitErrorOf(error);
    if (text === "") throw error;
    out.err(text);
    throw ended(Math.min(exitCode, 1));
  }
}
