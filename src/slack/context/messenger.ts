import { WebAPIPlatformError } from "@slack/web-api";
import type { Metrics } from "../../domain/ports/metrics.ts";
import type { Tracer } from "../../domain/ports/tracer.ts";
import { traced } from "../../operations/shared/traced.ts";
import type { Message } from "../block-kit/blocks.ts";
import { withoutTable } from "../block-kit/table.ts";
import { attempted, replyByUrl, type ReplyOptions } from "./reply-by-url.ts";
import type { Clients } from "./services.ts";
import type { Recipients } from "./conversation.ts";

/** Sends messages to people. */
export interface Messenger {
  /** Sends a message to the person alone. Returns false if every way failed. */
  replyPrivately(message: Message): Promise<boolean>;
  /** Replaces the clicked message if Slack allows that; otherwise like `replyPrivately`. */
  replace(message: Message): Promise<boolean>;
  /**
   * Posts to the conversation, or else to the person. A message that may need an update tries the Web API first,
   * because a message sent by `response_url` has no address.
   */
  announce(message: Message, options?: AnnounceOptions): Promise<Delivered>;
}

export interface AnnounceOptions {
  /** The message may need an update, so it needs an address. */
  readonly toBeUpdated?: boolean;
  /** Falls back to the person only if the conversation will never accept it. Everything else can be retried. */
  readonly noFallback?: boolean;
}

/** Whom an announcement reached, and its message if it can be updated. */
export interface Delivered {
  readonly deliveredTo: "conversation" | "person" | "nobody" | "later";
  readonly message?: { readonly channelId: string; readonly ts: string } | undefined;
  /**
   * Slack's error code for the message's content, if it was delivered to nobody because of that. A retry cannot help.
   */
  readonly unsayable?: string | undefined;
}

interface MessengerOptions extends ReplyOptions {
  readonly tracer: Tracer;
  readonly metrics: Pick<Metrics, "undelivered">;
}

/** A posted message, or the error; neither if there was no place to post it. */
interface Posted {
  readonly message?: Delivered["message"];
  readonly error?: unknown;
}

/** Slack's error codes for a conversation that will never accept a message from the bot. */
const forGood: ReadonlySet<string> = new Set([
  "not_in_channel",
  "channel_not_found",
  "is_archived",
  "restricted_action",
]);

/** Slack's error codes for a message whose content is never accepted. */
const unsayableErrors: ReadonlySet<string> = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_attachments",
  "msg_blocks_too_long",
  "msg_too_long",
  "no_text",
]);

/**
 * A messenger for one conversation. It tries the `response_url`, then the Web API, then a direct message; a message with a
 * table that Slack refuses is sent with lines instead. Never throws.
 */
export function messenger(clients: Clients, conversation: Recipients, options: MessengerOptions): Messenger {
  const { userId, channelId, threadTs } = conversation;
  const attempt = async (way: string, send: () => Promise<unknown>): Promise<boolean> =>
    attempted(way, send, options);
  const byUrl = async (
    message: Message,
    responseType: "in_channel" | "ephemeral",
    replace = false,
  ): Promise<boolean> => replyByUrl(conversation, message, { ...options, responseType, replace });
  const thread = threadTs ? { thread_ts: threadTs } : {};
  const post = async (way: string, channel: string, message: Message, more = {}): Promise<Posted> => {
    try {
      const answer = await clients.patient.chat.postMessage({ channel, ...more, ...message });
      return { message: { channelId: answer.channel ?? channel, ts: answer.ts ?? "" } };
    } catch (error) {
      options.log.warn({ requestId: options.requestId, way, err: error }, "message not delivered this way");
      return { error };
    }
  };
  const direct = async (message: Message): Promise<Posted> =>
    userId === undefined ? {} : post("direct message", userId, message);
  const deliver = async (message: Message): Promise<boolean> =>
    (await byUrl(message, "ephemeral")) ||
    (channelId !== undefined &&
      userId !== undefined &&
      (await attempt("chat.postEphemeral", async () =>
        clients.patient.chat.postEphemeral({ channel: channelId, user: userId, ...thread, ...message }),
      ))) ||
    (await direct(message)).message !== undefined;
  const replyPrivately = async (message: Message): Promise<boolean> => {
    if (await deliver(message)) return true;
    const plain = withoutTable(message);
    if (plain && (await deliver(plain))) return true;
    options.metrics.undelivered();
    options.log.error({ requestId: options.requestId, user: userId }, "message reached nobody");
    return false;
  };
  const told = async <T>(tell: () => Promise<T>): Promise<T> => traced(options, "tell", tell);
  const announce = async (
    message: Message,
    { toBeUpdated = false, noFallback = false }: AnnounceOptions = {},
  ): Promise<Delivered> => {
    const byApi = async (): Promise<Posted> =>
      channelId === undefined ? {} : post("chat.postMessage", channelId, message, thread);
    const first = toBeUpdated ? await byApi() : {};
    if (first.message) return { deliveredTo: "conversation", message: first.message };
    if (await byUrl(message, "in_channel")) return { deliveredTo: "conversation" };
    const second = toBeUpdated ? first : await byApi();
    if (second.message) return { deliveredTo: "conversation", message: second.message };
    const nobody = (error: unknown): Delivered => ({ deliveredTo: "nobody", unsayable: unsayable(error) });
    if (noFallback && channelId !== undefined && !isForGood(second.error)) return nobody(second.error);
    const posted = await direct(message);
    return posted.message ? { deliveredTo: "person", message: posted.message } : nobody(posted.error);
  };
  return {
    replyPrivately: async (message) => told(async () => replyPrivately(message)),
    replace: async (message) =>
      told(async () => (await byUrl(message, "ephemeral", true)) || replyPrivately(message)),
    announce: async (message, how) =>
      told(async () => {
        const delivered = await announce(message, how);
        const plain = delivered.unsayable === undefined ? undefined : withoutTable(message);
        return plain ? announce(plain, how) : delivered;
      }),
  };
}

function isForGood(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && forGood.has(error.data.error);
}

function unsayable(error: unknown): string | undefined {
  const code = error instanceof WebAPIPlatformError ? error.data.error : "";
  return unsayableErrors.has(code) ? code : undefined;
}
