import { Problem } from "../domain/problem/problem.ts";
import type { CliDeps, Out } from "./cli-context.ts";
import { AnswerLostError } from "./control/control-client.ts";
import type { ControlCommand } from "./control/control-command.ts";
import { runCommand } from "./control/run-command.ts";
import { exitErrorLine } from "./exit-error.ts";
import { orRefuse, type CommonOptions } from "./numbers/common-options.ts";
import { printOrSay } from "./print-or-say.ts";
import { jsonLine } from "./sanitize.ts";

/** How what a command has done is printed. */
interface Printing<Output> {
  readonly asText: (out: Out, done: Output) => void;
  /** The same without secrets, for standard error, if that is not `asText`. */
  readonly inShort?: (out: Out, done: Output) => void;
  /** The command that shows what became of it. Without it, a command whose answer is lost is sent again. */
  readonly look?: string;
  readonly exitCodeOf?: (done: Output) => number;
}

/**
 * Runs a command that changes something, and prints what became of it. With `look` it is sent once: if the answer is
 * lost, Patchbay says how to see what became of it, and ends with 4.
 */
export async function printDone<Input, Output>(
  deps: CliDeps,
  command: ControlCommand<Input, Output>,
  input: Input,
  options: CommonOptions,
  { asText, inShort = asText, look, exitCodeOf = () => 0 }: Printing<Output>,
): Promise<void> {
  await orRefuse(deps, options, async () => {
    const running = runCommand(deps, command, input, { ...options, isSentOnce: look !== undefined });
    const done = await (look === undefined ? running : orUnknown(look, running));
    await printOrSay(deps.out, exitCodeOf(done), {
      print: (out) => (options.json ? out.out(jsonLine(done)) : asText(out, done)),
      say: (out) => inShort(out, done),
    });
  });
}

async function orUnknown<Answer>(look: string, answering: Promise<Answer>): Promise<Answer> {
  try {
    return await answering;
  } catch (error) {
    if (!(error instanceof AnswerLostError)) throw error;
    const words = `${exitErrorLine(error)}. To see what became of it: ${look}.`;
    throw new Problem("outcome_unknown", words, { field: "command" }, error);
  }
}
