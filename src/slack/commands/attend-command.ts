import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from "@slack/bolt";
import { spend } from "../limits.ts";
import { incoming } from "../incoming.ts";
import { attend } from "../listener.ts";
import type { Services } from "../services.ts";
import type { CommandAnswer } from "./command.ts";
import { answerNumberCommand, runNumberCommand } from "./number.ts";

/** A line that somebody typed after `/number`. */
export async function attendCommand(
  services: Services,
  { body, context, ack }: SlackCommandMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  await attend<CommandAnswer>(
    services,
    incoming<CommandAnswer>("command", body, context, async (answer) => ack(answer)),
    {
      now: (at) => answerNumberCommand(at, body.text),
      later: async (at, answered) => {
        // What the ack has answered has cost nobody anything.
        if (answered) return;
        await spend(at, "request");
        await runNumberCommand(at, body.text);
      },
    },
  );
}
