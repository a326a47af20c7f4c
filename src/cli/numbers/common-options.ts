import { InvalidArgumentError, type Command } from "commander";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import type { ControlCommand } from "../control/control-command.ts";
import { personPattern } from "../control/control-protocol.ts";
import { runCommand, type CommandOptions } from "../control/run-command.ts";
import { exitErrorOf, remedyText } from "../exit-error.ts";
import { printOrSay } from "../print-or-say.ts";
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

/**
 * Runs a command. If Patchbay refuses it, prints why, and ends with the exit code for that. `shown` is for what a preview
 * has said already, which is not said again.
 */
export async function orRefuse(
  { out }: CliDeps,
  { json }: CommonOptions,
  act: (shown: Set<string>) => Promise<void>,
  exitCodes: { readonly refused: number; readonly unknown: number } = { refused: 3, unknown: 4 },
): Promise<void> {
  const shown = new Set<string>();
  try {
    await act(shown);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const {
      code,
      message,
      details: { next: _forPeople, ...details },
    } = error;
    out.err(shown.has(message) ? remedyText(error) : exitErrorOf(error).text);
    const exitCode = code === "outcome_unknown" ? exitCodes.unknown : exitCodes.refused;
    // Standard output may be full: the exit code is still that of the refusal.
    await printOrSay(out, exitCode, {
      print: (to) => (json ? to.out(jsonLine({ problem: { code, message, ...details } })) : undefined),
      say: () => undefined,
    });
  }
}

/** Runs a command and prints its answer: as text, or as JSON. */
export async function printAnswer<Input, Output>(
  deps: CliDeps,
  command: ControlCommand<Input, Output>,
  input: Input,
  options: CommonOptions,
  asText: (out: Out, found: Output) => void,
): Promise<void> {
  await orRefuse(deps, options, async () => {
    const found = await runCommand(deps, command, input, options);
    if (options.json) deps.out.out(jsonLine(found));
    else asText(deps.out, found);
  });
}

/** Requires a person's consent, or `--yes`. Throws invalid_input, field `yes`. */
export async function confirm({ input }: CliDeps, question: string, yes: true | undefined): Promise<void> {
  if (yes) return;
  if (!input.isTTY)
    throw new Problem("invalid_input", "Patchbay cannot ask for confirmation here.", { field: "yes" });
  const answer = await input.line(`${question} [y/N] `);
  input.release();
  if (/^y(es)?$/iu.test(answer?.trim() ?? "")) return;
  throw new Problem("invalid_input", "You did not confirm it.", { field: "yes" });
}

function readPerson(typed: string): string {
  if (personPattern.test(typed)) return typed;
  throw new InvalidArgumentError("It is the id of a person in Slack, which looks like U0123ABCD.");
}

/** Reads a whole number in a range, for an option. */
export function upTo(most: number, least = 1): (typed: string) => number {
  return (typed) => {
    const count = Number(typed);
    if (/^\d{1,16}$/u.test(typed) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
