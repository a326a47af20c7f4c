import type { AllMiddlewareArgs } from "@slack/bolt";
import type { AppMentionEvent } from "@slack/types";
import { Problem } from "../../domain/problem/problem.ts";
import {
  actions,
  button,
  code,
  context as contextBlock,
  limits,
  message,
  section,
} from "../block-kit/blocks.ts";
import type { Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { typedText } from "../forms/typed-text.ts";
import type { Command } from "../listener/command.ts";
import { incoming } from "../listener/incoming.ts";
import { handleRequest } from "../listener/listener.ts";
import type { SlackBody } from "../listener/parse-request.ts";
import { commandFor, runNumberCommand, slashCommand } from "./number-command.ts";

/** The parts of an event's envelope that are read here. */
interface Envelope {
  readonly event_id: string;
  readonly team_id?: string | null;
  readonly enterprise_id?: string | null;
  /** The installation that the event is for; `user_id` is the app's own. */
  readonly authorizations?: readonly { readonly user_id?: string | null }[];
}

/**
 * Handles a mention of the app in a channel or a thread: the rest of the message is a line as after `/number`. What only
 * looks is answered in the thread, for everybody there. Everything else is answered with what it would do, and a button
 * that runs the line in the name of the person who presses it, because a mention can open no form. Slack delivers an
 * event again if it does not see the ack, so each counts once.
 */
export async function handleMention(
  deps: SlackDeps,
  event: AppMentionEvent,
  envelope: Envelope,
  context: AllMiddlewareArgs["context"],
): Promise<void> {
  // An app that answers apps may never stop.
  if (event.bot_id !== undefined || event.user === undefined) return;
  const { event_id: eventId, enterprise_id: enterpriseId, authorizations = [] } = envelope;
  const line = lineOf(event.text, authorizations[0]?.user_id ?? undefined);
  const { command, rest } = commandFor(line);
  const body: SlackBody = {
    type: event.type,
    event_id: eventId,
    user: { id: event.user, team_id: event.user_team ?? event.team ?? envelope.team_id ?? null },
    // Slack gives `user_team` for people of elsewhere, and the organization of the installation, not theirs.
    ...(enterpriseId && event.user_team === undefined ? { enterprise: { id: enterpriseId } } : {}),
    channel: { id: event.channel },
    message: { ts: event.ts, ...(event.thread_ts === undefined ? {} : { thread_ts: event.thread_ts }) },
    text: line,
  };
  await handleRequest(
    deps,
    incoming<undefined>("mention", command?.verb ?? "unknown", body, context, async () => undefined),
    {
      readsOnly: true,
      ack: () => ({ command: undefined }),
      run: async (req) => {
        if (!(await req.ctx.workspace.claim(`request:${eventId}`))) return;
        // Slack shows a message for one person only in a thread that has replies, so `req` does not begin one.
        const thread = req.in({ threadTs: event.thread_ts ?? event.ts });
        if (command === undefined || command.group === "look")
          await runNumberCommand(forEverybody(thread), line, req);
        else await thread.announce(await proposal(req, command, line, rest));
      },
    },
  );
}

/** What follows the mention of the app. People may be mentioned before it. */
function lineOf(text: string, botUserId = ""): string {
  const mentions = [...text.matchAll(/<@([^<>|]*)[^<>]*>/gu)];
  const ours = mentions.find(([, id]) => id === botUserId) ?? mentions[0];
  return typedText(ours ? text.slice(ours.index + ours[0].length) : text).trim();
}

/** The same request, with replies that everybody in its conversation sees. */
function forEverybody(req: RequestContext): RequestContext {
  return {
    ...req,
    replyPrivately: async (reply) => (await req.announce(reply)).deliveredTo !== "nobody",
  };
}

/**
 * What a line would do, and the button that runs it. Nobody presses a line of which they see only a part: throws
 * invalid_input if it does not fit.
 */
async function proposal(req: RequestContext, command: Command, line: string, rest: string): Promise<Message> {
  const asTyped = code(`${slashCommand} ${line}`);
  if (line.length > limits.buttonValue || asTyped.length > limits.sectionText)
    throw new Problem(
      "invalid_input",
      `This line is too long for a button. Use ${slashCommand} ${command.verb} instead.`,
    );
  const about = (await command.propose?.(req, rest)) ?? [section(asTyped)];
  const footer = "Nothing is changed yet. The person who presses the button acts in their own name.";
  const label = `${command.verb.charAt(0).toUpperCase()}${command.verb.slice(1)}…`;
  const blocks = [...about, actions([button("run:0", label, line, "primary")]), contextBlock(footer)];
  const said = about.flatMap((block) =>
    block.type === "section" && block.text ? [stripMrkdwn(block.text.text)] : [],
  );
  return message(blocks, [...said, footer].join("\n"));
}
