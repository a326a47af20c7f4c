import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from "@slack/bolt";
import { Problem } from "../../domain/problem.ts";
import { spend } from "../limits.ts";
import { incoming } from "../incoming.ts";
import { attend } from "../listener.ts";
import type { Services } from "../services.ts";
import type { CommandAnswer } from "./command.ts";
import { answerNumberCommand, runNumberCommand, slashCommand } from "./number.ts";

/** A slash command: a line that somebody typed after `/number`, or one of another name, which is told so. */
export async function attendCommand(
  services: Services,
  { body, context, ack }: SlackCommandMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  await attend<CommandAnswer>(
    services,
    incoming<CommandAnswer>("command", body, context, async (answer) => ack(answer)),
    {
      now: (at) => (body.command === slashCommand ? answerNumberCommand(at, body.text) : undefined),
      later: async (at, answered) => {
        // What the ack has answered has cost nobody anything.
        if (answered) return;
        await spend(at, "request");
        if (body.command !== slashCommand)
          throw new Problem("invalid_input", `This app listens to ${slashCommand}, and to no other command.`);
        await runNumberCommand(at, body.text);
      },
    },
  );
}
