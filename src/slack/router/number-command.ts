import { Problem } from "../../domain/problem.ts";
import { nearest } from "../../operations/shared/nearest.ts";
import { parseNumberQuery } from "../../operations/shared/number-query.ts";
import { cut } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command, CommandAnswer } from "../listener/command.ts";
import { readVerb } from "../listener/command-line.ts";
import { commands } from "./command-routes.ts";

/** The one slash command. */
export const slashCommand = "/number";

/** The verb that a line after `/number` names, and what follows it; nothing at all is help. */
export function commandFor(text: string): { readonly command?: Command | undefined; readonly rest: string } {
  const { verb, rest } = readVerb(text);
  return { command: commands.find((one) => one.verb === (verb || "help")), rest };
}

/** The answer to a line where it is known without asking anybody, so that it can go with the ack. */
export function answerNumberCommand(req: RequestContext, text: string): CommandAnswer | undefined {
  const { command, rest } = commandFor(text);
  return command?.answer?.(req, rest);
}

/** Carries out a line after `/number`; nothing at all is help. Throws invalid_input for a verb that there is none of. */
export async function runNumberCommand(req: RequestContext, text: string): Promise<void> {
  const { verb: wanted } = readVerb(text);
  const { command, rest } = commandFor(text);
  if (command) {
    await command.run(req, rest);
    return;
  }
  const near = parseNumberQuery(text).digits
    ? [`${slashCommand} show ${cut(text, 40)}`]
    : (await nearest(wanted, commands, (one) => one.verb, 2)).map((one) => `${slashCommand} ${one.verb}`);
  const did = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
  throw new Problem(
    "invalid_input",
    `Unknown command “${cut(wanted, 40)}”.${did} ${slashCommand} help lists all commands.`,
  );
}
