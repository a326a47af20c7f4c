import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from "@slack/bolt";
import { Problem, type ProblemCode } from "../../domain/problem/problem.ts";
import { context as contextBlock, cut, escape, message, type Message } from "../block-kit/blocks.ts";
import { incoming } from "../listener/incoming.ts";
import { handleRequest } from "../listener/listener.ts";
import type { SlackDeps } from "../context/services.ts";
import { typedText } from "../forms/typed-text.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { CommandAnswer } from "../listener/command.ts";
import { answerNumberCommand, commandFor, runNumberCommand, slashCommand } from "./number-command.ts";
import { lookupProblemMessage } from "../block-kit/problem-message.ts";

/** Handles a slash command. One with an unknown name gets an explanation. */
export async function handleCommand(
  deps: SlackDeps,
  { body, context, ack }: SlackCommandMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  const isOurs = body.command === slashCommand;
  const line = typedText(body.text);
  const { command, rest } = isOurs ? commandFor(line) : {};
  const changes = typeof command?.changes === "function" ? command.changes(rest ?? "") : command?.changes;
  await handleRequest(
    deps,
    incoming<CommandAnswer>("command", command?.verb ?? "unknown", body, context, async (answer) =>
      ack(answer),
    ),
    {
      readsOnly: !changes,
      ack: (req) => {
        const answer = isOurs ? answerNumberCommand(req, line) : undefined;
        return answer ? { answer } : { command: line };
      },
      run: async (req) => {
        if (!isOurs) throw new Problem("invalid_input", `This app only answers ${slashCommand}.`);
        await runNumberCommand(req, line);
      },
      onError: async (req, { message: words, problem }) => {
        const isLooking = command?.group === "look" && aboutTheLine.has(problem.code);
        const said = isLooking ? lookupProblemMessage(problem) : words;
        await req.replyPrivately(withTyped(said, command?.verb, rest, problem));
      },
    },
  );
}

/**
 * Problems for which the person may want to correct the line or show it to somebody. Slack shows a line nowhere once it
 * is sent.
 */
const aboutTheLine: ReadonlySet<ProblemCode> = new Set(["invalid_input", "not_found", "not_connected"]);

/** Appends the typed line to a message, so that it can be copied and corrected. Never a line without a known verb. */
function withTyped(
  words: Message,
  verb: string | undefined,
  rest: string | undefined,
  { code }: Problem,
): Message {
  if (!aboutTheLine.has(code) || !rest || verb === undefined) return words;
  const typed = `You typed: ${escape(`${slashCommand} ${verb} ${cut(rest, 2500)}`)}`;
  return message([...words.blocks, contextBlock(typed)], `${words.text}\n${stripMrkdwn(typed)}`);
}
