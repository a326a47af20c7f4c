import type { Command } from "commander";
import { Problem } from "../../domain/problem/problem.ts";
import type { CliDeps } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import {
  confirm,
  orRefuse,
  printAnswer,
  withCommonOptions,
  type CommonOptions,
} from "../numbers/common-options.ts";
import { beginAndFollow } from "../runs/follow-run.ts";
import type { RunPreviewDocument } from "../runs/run-preview.ts";
import { becauseOfOverride, overriddenRules, withOverride } from "../runs/override-rules.ts";
import { isPlanned, printRunPreview } from "../runs/run-text.ts";
import { beginFailover, beginFailBack, previewFailover, previewFailBack } from "./failover-commands.ts";
import { drillFailover, previewRemoval, removeFailover, showPlans } from "./plan-commands.ts";
import { printDrill, printPlans, printRemoval, removalText } from "./print-plans.ts";
import { printDone } from "../print-done.ts";
import { addSteering } from "./steering.ts";

interface RunOptions extends CommonOptions {
  readonly for?: string;
  readonly until?: string;
  readonly incident?: string;
  readonly because?: string;
  readonly override?: readonly string[];
  readonly yes?: true;
}

interface YesOptions extends CommonOptions {
  readonly yes?: true;
}

type BackOptions = CommonOptions & Pick<RunOptions, "because" | "override" | "yes">;

/** The verbs of `patchbay failover` that `/number failover` has in Slack. */
export function addFailoverVerbs(failover: Command, deps: CliDeps): void {
  withRunOptions(failover.argument("[plan]"))
    .addHelpText(
      "after",
      `
With a plan, shows what it would do with each number, asks, and switches. Alone, lists the plans.

Exit codes: 0 everything is switched, 3 refused, nothing begun, 4 nobody knows yet, 5 waits for approval,
6 begun, and not everything is switched (yet).

Examples:
  patchbay failover
  patchbay failover drill cartesia-down
  patchbay failover cartesia-down --for 2h --because "callers hear silence"
  patchbay failover cartesia-down --override "Never nobody" --because "the vendor is down" --yes
  patchbay failover back cartesia-down`,
    )
    .action(async (plan: string | undefined, options: RunOptions) =>
      plan === undefined
        ? printAnswer(deps, showPlans, {}, options, printPlans)
        : run(deps, plan, options, false),
    );

  withRunOptions(failover.command("practice <plan>"))
    .description("switch the first tier for real, for five minutes or --for, and put it back by itself")
    .addHelpText(
      "after",
      '\nExample:\n  patchbay failover practice cartesia-down --because "monthly practice"',
    )
    .action(async (plan: string, options: RunOptions) => run(deps, plan, options, true));

  withOverride(withCommonOptions(failover.command("back <plan>")))
    .description("take back what is still as the failover left it")
    .option("--because <reason>", becauseOfOverride)
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExample:\n  patchbay failover back cartesia-down")
    .action(async (plan: string, options: BackOptions) => back(deps, plan, options));

  withCommonOptions(failover.command("drill <plan>"))
    .description("read everything that a failover would read, and change nothing; this is recorded")
    .addHelpText("after", "\nExample:\n  patchbay failover drill cartesia-down --json")
    .action(async (plan: string, options: CommonOptions) =>
      printAnswer(deps, drillFailover, { plan }, options, printDrill),
    );

  addSteering(failover, deps);

  withCommonOptions(failover.command("remove <plan>"))
    .description("remove a plan: its numbers stay as they are")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExample:\n  patchbay failover remove cartesia-down")
    .action(async (plan: string, options: YesOptions) => remove(deps, plan, options));
}

function withRunOptions(command: Command): Command {
  return withOverride(withCommonOptions(command))
    .option("--for <duration>", "how long the numbers stay switched: 90m, 2h")
    .option("--until <time>", "until when they stay switched, UTC: 18:00, tomorrow 9:00")
    .option("--because <reason>", "why; it is recorded")
    .option("--incident <key>", "the incident that it belongs to: INC-123")
    .option("--yes", "do not ask");
}

async function run(deps: CliDeps, plan: string, options: RunOptions, isPractice: boolean): Promise<void> {
  const { for: duration, until, incident, because: reason, override: named = [], yes, ...common } = options;
  const ends = [
    ...(duration === undefined ? [] : [`for ${duration}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  await orRefuse(deps, common, async () => {
    const asked = { plan, ends, incident, reason, isPractice };
    const preview = await runCommand(deps, previewFailover, asked, common);
    printRunPreview(deps, preview);
    const count = requirePlanned(preview, "This failover has nothing to switch.");
    const override = overriddenRules(preview, named, reason);
    await confirm(deps, question(preview, `Switch ${count}?`), yes);
    const { run: id, workspace } = preview.run;
    const waiting = preview.waiting.map(({ approval }) => approval);
    const input = { run: id, waiting, override, reason };
    await beginAndFollow(deps, beginFailover, input, { ...common, workspace });
  });
}

async function back(
  deps: CliDeps,
  plan: string,
  { yes, override: named = [], because: reason, ...options }: BackOptions,
): Promise<void> {
  await orRefuse(deps, options, async () => {
    const preview = await runCommand(deps, previewFailBack, { plan }, options);
    printRunPreview(deps, preview);
    const count = requirePlanned(
      preview,
      `Nothing can be put back now. To end the failover as it is: patchbay failover stop ${plan}.`,
    );
    const override = overriddenRules(preview, named, reason);
    await confirm(deps, question(preview, `Put back ${count}?`), yes);
    const { run: id, workspace } = preview.run;
    const waiting = preview.waiting.map(({ approval }) => approval);
    const input = { run: id, waiting, override, reason };
    await beginAndFollow(deps, beginFailBack, input, { ...options, workspace });
  });
}

async function remove(deps: CliDeps, plan: string, { yes, ...options }: YesOptions): Promise<void> {
  await orRefuse(deps, options, async () => {
    const found = await runCommand(deps, previewRemoval, { plan }, options);
    await confirm(deps, `Remove ${removalText(found)}? Its numbers stay as they are.`, yes);
    const input = { plan: found.plan, revision: found.revision };
    await printDone(
      deps,
      removeFailover,
      input,
      { ...options, workspace: found.workspace },
      { asText: printRemoval, look: "patchbay failover" },
    );
  });
}

/** How many numbers a run would change. Throws nothing_to_change. */
function requirePlanned({ run: { steps } }: RunPreviewDocument, words: string): number {
  const count = steps.filter(isPlanned).length;
  if (count > 0) return count;
  throw new Problem("nothing_to_change", words);
}

function question({ run: { needApproval } }: RunPreviewDocument, begin: string): string {
  return needApproval > 0 ? "Ask for approval?" : begin;
}
