import type { Command } from "commander";
import { ended } from "./exit-error.ts";
import type { CliDeps } from "./cli-context.ts";

/** `patchbay start`: runs the server until the process is asked to exit. */
export function addStart(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("start")
    .description("start the server; SIGTERM lets running changes finish (30 s at most)")
    .addHelpText(
      "after",
      `
Exits with 0 if all work finished, with 1 if some did not within 30 s, if the connection to Slack is lost for
good or something else is wrong, and with 2 if the settings are invalid.

Examples:
  patchbay start
  PORT=8080 LOG_LEVEL=debug patchbay start`,
    )
    .action(async () => start(deps));
}

async function start(deps: CliDeps): Promise<void> {
  const asked = deps.untilAskedToEnd();
  // If asked during the start, there is no work to wait for.
  const running = await Promise.race([deps.start(), asked.then(() => undefined)]);
  if (!running) return;
  const lost = await Promise.race([asked.then(() => false), running.lost.then(() => true)]);
  const finished = await running.stop();
  if (lost) {
    deps.out.err(
      "patchbay: no connection to Slack for ten minutes. Exiting, so that the supervisor restarts it.\n",
    );
    throw ended(1);
  }
  if (finished) return;
  deps.out.err(
    "patchbay: some running work did not finish in time. It is recorded and checked again at the next start.\n",
  );
  throw ended(1);
}
