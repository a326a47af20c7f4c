import type { Command } from "commander";
import type { CliDeps, Out } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import { orRefuse, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { printDone } from "../print-done.ts";
import { followToEnd } from "../runs/follow-run.ts";
import type { RunDocument } from "../runs/run-document.ts";
import { runLines } from "../runs/run-text.ts";
import { sanitize } from "../sanitize.ts";
import { steerFailover } from "./plan-commands.ts";

interface SteeringOptions extends CommonOptions {
  readonly because?: string;
  readonly without?: true;
}

/** `patchbay failover pause`, `resume` and `stop`. */
export function addSteering(failover: Command, deps: CliDeps): void {
  const steer =
    (word: "pause" | "stop") =>
    async (plan: string, { because: reason, ...options }: SteeringOptions): Promise<void> =>
      printDone(deps, steerFailover, { plan, word, without: false, reason }, options, { asText: printRun });

  withReason(failover.command("pause <plan>"))
    .description("pause the run of a plan: no further number is changed")
    .addHelpText("after", '\nExample:\n  patchbay failover pause cartesia-down --because "one sounds wrong"')
    .action(steer("pause"));

  withReason(failover.command("resume <plan>"))
    .description("continue the paused run of a plan in your name, and follow it")
    .option("--without", "leave out the connections that cannot be reached")
    .addHelpText("after", "\nExample:\n  patchbay failover resume cartesia-down")
    .action(async (plan: string, { because: reason, without, ...options }: SteeringOptions) =>
      orRefuse(deps, options, async () =>
        followToEnd(deps, options, async (alone) => {
          const asked = { plan, word: "resume", without: without === true, reason } as const;
          return runCommand(deps, steerFailover, asked, { ...options, isSentOnce: true, alone });
        }),
      ),
    );

  withReason(failover.command("stop <plan>"))
    .description("stop the run of a plan: its numbers stay as they are")
    .addHelpText("after", "\nExample:\n  patchbay failover stop cartesia-down")
    .action(steer("stop"));
}

function withReason(command: Command): Command {
  return withCommonOptions(command).option("--because <reason>", "why; it is recorded");
}

function printRun(out: Out, run: RunDocument): void {
  for (const line of runLines(run)) out.out(`${sanitize(line)}\n`);
}
