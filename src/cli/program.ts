import { Command } from "commander";
import { addApprove } from "./approvals/approve.ts";
import { addAudit } from "./audit/audit.ts";
import { addErase } from "./audit/erase.ts";
import { addEvidence } from "./audit/evidence.ts";
import { addBackup } from "./backup.ts";
import { addCompletion } from "./completion/completion.ts";
import { addConnect } from "./connect.ts";
import { addConnections } from "./connections.ts";
import { addDoctor } from "./doctor/doctor.ts";
import { exitErrorOf } from "./exit-error.ts";
import type { CliDeps } from "./cli-context.ts";
import { addFailover } from "./failover/failover.ts";
import { addIncident } from "./incidents/incident.ts";
import { addKeys } from "./keys.ts";
import { addMigrate } from "./migrate.ts";
import { addRoutes } from "./routes/routes.ts";
import { addHooks } from "./hooks/hooks.ts";
import { addWebhooks } from "./webhooks/webhooks.ts";
import { safeOut } from "./safe-out.ts";
import { addNumber } from "./numbers/number.ts";
import { addFreeze } from "./restrictions/freeze.ts";
import { addStart } from "./start.ts";
import { addTokens } from "./tokens/tokens.ts";

/** Runs one command line, without `node` and the script's name. Resolves to the exit code and never throws. */
export async function runCommandLine(args: readonly string[], anyGiven: CliDeps): Promise<number> {
  const given = { ...anyGiven, out: safeOut(anyGiven.out) };
  try {
    await commandLine(given).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    const { text, exitCode } = exitErrorOf(error);
    if (text !== "") given.out.err(text);
    return exitCode;
  }
}

/** All commands. */
export function commandLine(deps: CliDeps): Command {
  const { out } = deps;
  const patchbay = new Command("patchbay")
    .description("Re-routes voice-agent phone numbers from Slack, on the record.")
    .version(deps.version)
    .enablePositionalOptions()
    .showHelpAfterError("(--help shows how)")
    .configureOutput({
      writeOut: (text) => out.out(text),
      writeErr: (text) => out.err(text),
      outputError: (text, write) => write(withoutTyped(text)),
    })
    .exitOverride()
    .addHelpText(
      "after",
      `
Settings come from the environment and from a .env file in the current folder. .env.example lists them all.

Examples:
  patchbay start
  patchbay connect --workspace T0123ABCD --vendor cartesia --name "Cartesia prod"
  patchbay number show 0100
  patchbay audit --since 2h
  patchbay doctor`,
    );
  addStart(patchbay, deps);
  addConnect(patchbay, deps);
  addConnections(patchbay, deps);
  addNumber(patchbay, deps);
  addFreeze(patchbay, deps);
  addApprove(patchbay, deps);
  addIncident(patchbay, deps);
  addFailover(patchbay, deps);
  addRoutes(patchbay, deps);
  addTokens(patchbay, deps);
  addHooks(patchbay, deps);
  addWebhooks(patchbay, deps);
  addAudit(patchbay, deps);
  addEvidence(patchbay, deps);
  addErase(patchbay, deps);
  addBackup(patchbay, deps);
  addMigrate(patchbay, deps);
  addKeys(patchbay, deps);
  addDoctor(patchbay, deps);
  addCompletion(patchbay, deps);
  return patchbay;
}

/**
 * Removes quoted input from Commander's messages. It may be a key in the wrong place, and a container's output is
 * logged. Plain words stay.
 */
function withoutTyped(text: string): string {
  return text.replace(/'([^']*)'/gu, (quoted, typed: string) => {
    if (/^[a-z ,.<>-]{1,60}$/u.test(typed)) return quoted;
    const [, option] = /^(--[a-z-]+)=/u.exec(typed) ?? [];
    return option === undefined ? "…" : `'${option}'`;
  });
}
