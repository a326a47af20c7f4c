import { createHash } from "node:crypto";
import type { Conversation } from "../context/messenger.ts";

/** The parts of Slack's payloads that are read before anything is known about the kind. */
export interface SlackBody {
  readonly type?: string;
  readonly trigger_id?: string;
  readonly response_url?: string;
  readonly user?: { readonly id?: string; readonly team_id?: string | null };
  readonly user_id?: string;
  readonly team_id?: string | null;
  readonly team?: { readonly id?: string } | null;
  readonly enterprise?: { readonly id?: string } | null;
  readonly enterprise_id?: string;
  readonly channel?: { readonly id?: string };
  readonly channel_id?: string;
  readonly message?: { readonly ts?: string; readonly thread_ts?: string };
  readonly container?: { readonly thread_ts?: string; readonly channel_id?: string };
  readonly view?: {
    readonly id?: string;
    readonly hash?: string;
    readonly private_metadata?: string;
    readonly state?: unknown;
  };
  /** What follows a slash command. */
  readonly text?: string;
  /** What was typed into a menu. */
  readonly value?: string;
  readonly actions?: readonly { readonly action_id?: string; readonly value?: string }[];
}

/** What names a request and where it was asked. */
export interface ReadRequest {
  readonly requestId: string;
  /** The same for the same request, however often it comes: what a claim goes by. */
  readonly claimKey: string;
  /** A hash of what was said with it: a line, a button's value, the state of a form. */
  readonly content: string;
  readonly triggerId: string | undefined;
  readonly conversation: Conversation;
  /** Slack's own ids for the log. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Reads what every payload has. The request id of a submission is its view and hash, and that of a click or command
 * its trigger, so that the same request delivered twice is recognised; `fallback` names the rest.
 */
export function readRequest(body: SlackBody, fallback: () => string): ReadRequest {
  const userId = body.user?.id ?? body.user_id ?? "unknown";
  const thread = body.message?.thread_ts ?? body.container?.thread_ts;
  const ownId =
    body.type === "view_submission" && body.view?.hash
      ? `${body.view.id}:${body.view.hash}`
      : body.trigger_id;
  return {
    requestId: ownId ?? fallback(),
    // Slack names every request that can change anything; one that it did not name goes by all that is in it.
    claimKey: ownId ?? hashOf(body),
    content: hashOf([
      body.text,
      body.value,
      body.actions?.map(({ value }) => value),
      body.view?.private_metadata,
      body.view?.state,
    ]),
    triggerId: body.trigger_id,
    conversation: {
      userId,
      channelId: body.channel?.id ?? body.channel_id ?? body.container?.channel_id,
      threadTs: thread,
      responseUrl: body.response_url,
    },
    ids: { user: userId },
  };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
