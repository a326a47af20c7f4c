import type { Command } from "commander";
import { stringify } from "yaml";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import { newFile } from "../new-file.ts";
import { orRefuse, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { printDone } from "../print-done.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { withYamlFile } from "../yaml/yaml-file.ts";
import { checkPlanFile, exportPlan, importPlan, type SavedPlanDocument } from "./plan-file-commands.ts";

interface ExportOptions extends CommonOptions {
  readonly output?: string;
}

/** `patchbay failover import` and `export`. */
export function addPlanFiles(failover: Command, deps: CliDeps): void {
  withCommonOptions(failover.command("import <file>"))
    .description("save the plan in a YAML file, over the earlier one of that name; this is recorded")
    .addHelpText(
      "after",
      `
All faults of the file are printed with their line and column. Then nothing is saved.
The approval of a plan is not in its file. It ends when the plan is saved: approve it again in Slack.

Example:
  patchbay failover import cartesia-down.yaml --as U0123ABCD`,
    )
    .action(async (file: string, options: CommonOptions) => readPlan(deps, file, options));

  withCommonOptions(failover.command("export <plan>"))
    .description("print a plan as YAML, or write it to a new file")
    .option("-o, --output <file>", "write to a new file that only its owner can read")
    .addHelpText("after", "\nExample:\n  patchbay failover export cartesia-down > cartesia-down.yaml")
    .action(async (plan: string, options: ExportOptions) => writePlan(deps, plan, options));
}

async function readPlan(deps: CliDeps, file: string, options: CommonOptions): Promise<void> {
  await orRefuse(deps, options, async () => {
    let value: unknown;
    const { workspace } = await withYamlFile(deps, { file, what: "plan" }, async (read) => {
      value = read;
      return runCommand(deps, checkPlanFile, { file: read }, options);
    });
    const printing = { asText: printSaved, look: "patchbay failover" };
    await printDone(deps, importPlan, { file: value }, { ...options, workspace }, printing);
  });
}

async function writePlan(deps: CliDeps, plan: string, { output, ...options }: ExportOptions): Promise<void> {
  await orRefuse(deps, options, async () => {
    const exported = await runCommand(deps, exportPlan, { plan }, options);
    const text = options.json ? jsonLine(exported) : stringify(exported.file, { lineWidth: 0 });
    if (output === undefined) {
      deps.out.out(text);
      return;
    }
    const target = newFile(output);
    try {
      target.write(text);
      target.finish();
    } catch (error) {
      target.discard();
      throw error;
    }
  });
}

function printSaved(out: Out, { plan, revision, numbers, endedApproval }: SavedPlanDocument): void {
  out.out(`${sanitize(`Saved ${plan}, revision ${revision}: ${plural(numbers, "number")}.`)}\n`);
  if (endedApproval) out.out("Its approval has ended: an approver has to approve this revision in Slack.\n");
}
