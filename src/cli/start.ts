import type { Command } from "commander";
import { ended } from "./exit-error.ts";
import type { CliDeps } from "./cli-context.ts";

/** `patchbay start`: the server, until the process is asked to end. */
export function addStart(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("start")
    .description("start the server; SIGTERM lets running changes finish (30 s at most)")
    .addHelpText(
      "after",
      `
Exits with 0 when all work has finished, with 1 when some has not within 30 s, when the connection to Slack is lost for
good or something else is wrong, and with 2 when the settings cannot be used.

Examples:
  patchbay start
  PORT=8080 LOG_LEVEL=debug patchbay start`,
    )
    .action(async () => start(deps));
}

async function start(deps: CliDeps): Promise<void> {
  const asked = deps.untilAskedToEnd();
  // Asked while it starts, there is no work yet that would have to finish.
  const running = await Promise.race([deps.start(), asked.then(() => undefined)]);
  if (!running) return;
  const lost = await Promise.race([asked.then(() => false), running.lost.then(() => true)]);
  const finished = await running.stop();
  if (lost) {
    deps.out.err("patchbay: no connection to Slack for ten minutes; ending, so that it is started afresh.\n");
    throw ended(1);
  }
  if (finished) return;
  deps.out.err(
    "patchbay: not all running work finished in time; it is on record and looked at again at the next start.\n",
  );
  throw ended(1);
}
