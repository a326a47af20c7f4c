import { createHash } from "node:crypto";
import type { Conversation } from "../context/conversation.ts";

/** The parts of Slack's payloads that are read before the kind of request is known. */
export interface SlackBody {
  readonly type?: string;
  readonly trigger_id?: string;
  /** The id of an event, which has no trigger. */
  readonly event_id?: string;
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
  /** The text after a slash command. */
  readonly text?: string;
  /** The text typed into a select. */
  readonly value?: string;
  readonly actions?: readonly {
    readonly action_id?: string;
    readonly value?: string;
    readonly selected_option?: { readonly value?: string } | null;
  }[];
}

/** The identity and the place of a request. */
export interface ReadRequest {
  readonly requestId: string;
  /** Identical for every delivery of the same request. Duplicates are recognized by it. */
  readonly claimKey: string;
  /** A hash of the request's content: a line, a button's value, the state of a form. */
  readonly content: string;
  readonly triggerId: string | undefined;
  readonly conversation: Conversation;
  /** Slack's own ids, for the log. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Parses what every payload has. The request id is made from a submission's view and hash, or from the trigger of a
 * click or command, so that a second delivery is recognized. `fallback` creates other ids.
 */
export function readRequest(body: SlackBody, fallback: () => string): ReadRequest {
  const userId = body.user?.id ?? body.user_id ?? "unknown";
  const thread = body.message?.thread_ts ?? body.container?.thread_ts;
  const ownId =
    body.type === "view_submission" && body.view?.hash
      ? `${body.view.id}:${body.view.hash}`
      : (body.trigger_id ?? body.event_id);
  return {
    requestId: ownId ?? fallback(),
    // Slack gives an id to every request that can change anything. Without one, the whole content identifies it.
    claimKey: ownId ?? hashOf(body),
    content: hashOf([
      body.text,
      body.value,
      body.actions?.map(({ value, selected_option: chosen }) => value ?? chosen?.value),
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
