import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from "@slack/bolt";
import { Problem } from "../../domain/problem.ts";
import { incoming } from "../incoming.ts";
import { attend } from "../listener.ts";
import type { Services } from "../services.ts";
import { typedText } from "../typed-text.ts";
import type { CommandAnswer } from "./command.ts";
import { answerNumberCommand, commandFor, runNumberCommand, slashCommand } from "./number.ts";

/** A slash command: a line that somebody typed after `/number`, or one of another name, which is told so. */
export async function attendCommand(
  services: Services,
  { body, context, ack }: SlackCommandMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  const isOurs = body.command === slashCommand;
  const line = typedText(body.text);
  const { command, rest } = isOurs ? commandFor(line) : {};
  const changes = typeof command?.changes === "function" ? command.changes(rest ?? "") : command?.changes;
  await attend<CommandAnswer>(
    services,
    incoming<CommandAnswer>("command", command?.verb ?? "unknown", body, context, async (answer) =>
      ack(answer),
    ),
    {
      readsOnly: !changes,
      now: (at) => (isOurs ? answerNumberCommand(at, line) : undefined),
      later: async (at) => {
        if (!isOurs)
          throw new Problem("invalid_input", `This app listens to ${slashCommand}, and to no other command.`);
        await runNumberCommand(at, line);
      },
    },
  );
}
