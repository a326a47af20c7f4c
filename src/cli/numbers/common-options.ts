import { InvalidArgumentError, type Command } from "commander";
import { isProblem } from "../../domain/problem/problem.ts";
import type { CliDeps } from "../cli-context.ts";
import { personPattern } from "../control/control-protocol.ts";
import type { CommandOptions } from "../control/run-command.ts";
import { ended, exitErrorOf } from "../exit-error.ts";
import { jsonLine } from "../sanitize.ts";
import { readWorkspaceId } from "../with-infrastructure.ts";

/** What every command about numbers takes. */
export interface CommonOptions extends CommandOptions {
  readonly json?: true;
}

export function withCommonOptions(command: Command): Command {
  return command
    .option("-w, --workspace <id>", "the workspace; needed only if there are several", readWorkspaceId)
    .option("--as <person>", "with the rights of this person in Slack (U…), who is recorded too", readPerson)
    .option("--json", "one JSON document in place of text");
}

/** Runs a command. If Patchbay refuses it, prints why, and ends with the exit code for that. */
export async function orRefuse(
  { out }: CliDeps,
  { json }: CommonOptions,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isProblem(error)) throw error;
    const { code, message, details } = error;
    if (json) out.out(jsonLine({ problem: { code, message, ...details } }));
    out.err(exitErrorOf(error).text);
    throw ended(code === "outcome_unknown" ? 4 : 3);
  }
}

function readPerson(typed: string): string {
  if (personPattern.test(typed)) return typed;
  throw new InvalidArgumentError("It is the id of a person in Slack, which looks like U0123ABCD.");
}
