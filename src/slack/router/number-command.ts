import { onlyPartialMatch } from "../../operations/numbers/only-partial-match.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { nearest } from "../../operations/shared/nearest.ts";
import {
  actions,
  button,
  context,
  cut,
  escape,
  limits,
  message,
  section,
  type Message,
} from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command, CommandAnswer } from "../listener/command.ts";
import { readVerb } from "../listener/command-line.ts";
import { describeNumber } from "../numbers/describe-number.ts";
import { commands } from "./commands.ts";

/** The only slash command. */
export const slashCommand = "/number";

/** The command that a line after `/number` starts with, and its arguments. An empty line is help. */
export function commandFor(text: string): { readonly command?: Command | undefined; readonly rest: string } {
  const { verb, rest } = readVerb(text);
  return { command: commands.find((one) => one.verb === (verb || "help")), rest };
}

/** The response to a line that needs no request, so that it can be sent with the ack. */
export function answerNumberCommand(req: RequestContext, text: string): CommandAnswer | undefined {
  const { command, rest } = commandFor(text);
  return command?.answer?.(req, rest);
}

/**
 * Runs a line after `/number`. An empty line is help; a line without a verb shows the number that it names. `alone` is told
 * that there is no such command.
 */
export async function runNumberCommand(
  req: RequestContext,
  text: string,
  alone: RequestContext = req,
): Promise<void> {
  const { verb: wanted } = readVerb(text);
  const { command, rest } = commandFor(text);
  if (command) return command.run(req, rest);
  const match = await matchNumber(req.ctx, text);
  const number = match.kind === "one" ? match.number : await onlyPartialMatch(req.ctx, text);
  if (number) {
    await req.replyPrivately(await describeNumber(req, number.key));
    return;
  }
  const near = await nearest(wanted, commands, (one) => one.verb, 2);
  await alone.replyPrivately(unknownCommandMessage(wanted, rest, near));
}

/** Says that there is no such command, with the closest ones as buttons that keep the rest of the line. */
function unknownCommandMessage(wanted: string, rest: string, near: readonly Command[]): Message {
  const lines = near.map(({ verb }) => `${verb} ${rest}`.trim());
  const did = near.length > 0 ? " Did you mean:" : "";
  const words = `*Unknown command “${escape(cut(wanted, 40))}”.*${did}`;
  const buttons = lines
    .filter((line) => line.length <= limits.buttonValue)
    .map((line, index) => button(`run:${index}`, cut(`${slashCommand} ${line}`, limits.buttonText), line));
  const footer = `\`${slashCommand} help\` lists all commands.`;
  return message(
    [section(words), ...(buttons.length > 0 ? [actions(buttons)] : []), context(footer)],
    stripMrkdwn(
      [words, ...lines.map((line) => escape(`${slashCommand} ${cut(line, 300)}`)), footer].join("\n"),
    ),
  );
}
