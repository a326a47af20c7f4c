import type { Command } from "commander";
import { membersOf } from "../../domain/failover/plan.ts";
import { getPlan, savePlan } from "../../operations/failover/save-plan.ts";
import { connectionIdsByText, connectionTextOf } from "../../operations/shared/connections-by-text.ts";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps } from "../cli-context.ts";
import { ended } from "../exit-error.ts";
import { newFile } from "../new-file.ts";
import { sanitize } from "../sanitize.ts";
import { readYamlFile } from "../yaml/located-yaml.ts";
import { printYamlFaults } from "../yaml/print-faults.ts";
import { asRequest, readWorkspaceId, withInfrastructure } from "../with-infrastructure.ts";
import { addFailoverVerbs } from "./failover-verbs.ts";
import { printStatus, type StatusOptions } from "./failover-status.ts";
import { parsePlanYaml, planYaml } from "./plan-yaml.ts";

/** `patchbay failover`: plans in files, what runs, and the verbs that Slack has. */
export function addFailover(patchbay: Command, deps: CliDeps): void {
  const failover = patchbay
    .command("failover")
    .description("switch many numbers by a plan, and manage plans");
  addFailoverVerbs(failover, deps);

  failover
    .command("import <file>")
    .description("save the plan in a YAML file, over the earlier one of that name; this is recorded")
    .requiredOption("-w, --workspace <id>", "its workspace", readWorkspaceId)
    .addHelpText(
      "after",
      `
All faults of the file are printed with their line and column. Then nothing is saved.
The approval of a plan is not in its file. It ends when the plan is saved: approve it again in Slack.

Example:
  patchbay failover import cartesia-down.yaml --workspace T0123ABCD`,
    )
    .action(async (file: string, { workspace }: { workspace: string }) => importPlan(deps, file, workspace));

  failover
    .command("export <plan>")
    .description("print a plan as YAML, or write it to a new file")
    .requiredOption("-w, --workspace <id>", "its workspace", readWorkspaceId)
    .option("-o, --output <file>", "write to a new file that only its owner can read")
    .addHelpText("after", "\nExample:\n  patchbay failover export cartesia-down --workspace T0123ABCD")
    .action(async (slug: string, options: ExportOptions) => exportPlan(deps, slug, options));

  failover
    .command("status")
    .description("show the runs that are not over: failovers, fail-backs and reverts")
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option("--json", "JSON lines, also on a terminal")
    .addHelpText(
      "after",
      `
Examples:
  patchbay failover status
  patchbay failover status --workspace T0123ABCD --json`,
    )
    .action(async (options: StatusOptions) => printStatus(deps, options));
}

interface ExportOptions {
  readonly workspace: string;
  readonly output?: string;
}

async function importPlan(deps: CliDeps, file: string, workspace: string): Promise<void> {
  const text = readYamlFile(file, "plan");
  await withInfrastructure(deps, { create: false }, async (infra) => {
    const connections = await infra.store.workspace(workspace).connections.list();
    const { plan, faults } = parsePlanYaml(text, connectionIdsByText(connections));
    if (!plan) {
      printYamlFaults(deps, file, faults);
      deps.out.err("patchbay: Nothing was saved. Correct the file and import it again.\n");
      throw ended(1);
    }
    const saved = await asRequest(deps, infra, workspace, async (ctx) => savePlan(ctx, plan));
    const numbers = membersOf(saved.plan).length;
    const words = `Saved ${plan.slug}, revision ${saved.revision}: ${plural(numbers, "number")}.`;
    deps.out.out(`${sanitize(words)}\n`);
    const { approval } = (await infra.store.workspace(workspace).planStates.find(plan.slug)) ?? {};
    if (approval?.revision === saved.revision - 1)
      deps.out.out("Its approval has ended: an approver has to approve this revision in Slack.\n");
  });
}

async function exportPlan(deps: CliDeps, slug: string, { workspace, output }: ExportOptions): Promise<void> {
  await withInfrastructure(deps, { create: false }, async (infra) => {
    const { plan } = await asRequest(deps, infra, workspace, async (ctx) => getPlan(ctx, slug));
    const connections = await infra.store.workspace(workspace).connections.list();
    const text = planYaml(plan, connectionTextOf(connections));
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
