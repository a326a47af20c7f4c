import type { Log } from "../domain/log.ts";
import type { Message } from "./block-kit.ts";
import type { Clients } from "./services.ts";

/** Where something was asked, and so where its answer belongs. */
export interface Conversation {
  readonly userId: string;
  readonly channelId?: string | undefined;
  readonly threadTs?: string | undefined;
  /** Slack's `response_url`: five uses in 30 minutes. A secret of that conversation; never logged. */
  readonly responseUrl?: string | undefined;
}

/** How words reach people. */
export interface Voice {
  /** To the person alone. Returns false when no way worked. */
  tell(message: Message): Promise<boolean>;
  /** In place of the message that was clicked, where Slack lets us; else like `tell`. */
  replace(message: Message): Promise<boolean>;
  /**
   * To everybody in the conversation, else to the person. A message that may have to be updated later goes by the Web
   * API first: what is said by `response_url` has no address.
   */
  announce(message: Message, options?: { readonly toBeUpdated?: boolean }): Promise<Announced>;
}

/** Who has heard an announcement, and its message where it can be updated. */
export interface Announced {
  readonly heardBy: "conversation" | "person" | "nobody" | "later";
  readonly message?: { readonly channelId: string; readonly ts: string } | undefined;
}

/** What every voice needs, whoever speaks. */
interface VoiceOptions {
  readonly log: Log;
  readonly requestId: string;
  readonly slackApiUrl: string;
}

const responseTimeoutMs = 5000;

/** A voice for one conversation. It tries `response_url`, then the Web API, then a direct message; it never throws. */
export function voice(clients: Clients, conversation: Conversation, options: VoiceOptions): Voice {
  const { userId, channelId, threadTs } = conversation;
  const attempt = async (way: string, send: () => Promise<unknown>): Promise<boolean> =>
    attempted(way, send, options);
  const byUrl = async (
    message: Message,
    responseType: "in_channel" | "ephemeral",
    replace = false,
  ): Promise<boolean> => answerByUrl(conversation, message, { ...options, responseType, replace });
  const thread = threadTs ? { thread_ts: threadTs } : {};
  const post = async (
    way: string,
    channel: string,
    message: Message,
    more = {},
  ): Promise<Announced["message"]> => {
    let posted: Announced["message"];
    await attempt(way, async () => {
      const answer = await clients.patient.chat.postMessage({ channel, ...more, ...message });
      posted = { channelId: answer.channel ?? channel, ts: answer.ts ?? "" };
    });
    return posted;
  };
  const direct = async (message: Message): Promise<boolean> =>
    (await post("direct message", userId, message)) !== undefined;
  const tell = async (message: Message): Promise<boolean> =>
    (await byUrl(message, "ephemeral")) ||
    (channelId !== undefined &&
      (await attempt("chat.postEphemeral", async () =>
        clients.patient.chat.postEphemeral({ channel: channelId, user: userId, ...thread, ...message }),
      ))) ||
    (await direct(message));
  return {
    tell,
    replace: async (message) => (await byUrl(message, "ephemeral", true)) || (await tell(message)),
    announce: async (message, { toBeUpdated = false } = {}) => {
      const byApi = async (): Promise<Announced | undefined> => {
        if (channelId === undefined) return undefined;
        const posted = await post("chat.postMessage", channelId, message, thread);
        return posted && { heardBy: "conversation", message: posted };
      };
      const first = toBeUpdated ? await byApi() : undefined;
      if (first) return first;
      if (await byUrl(message, "in_channel")) return { heardBy: "conversation" };
      const second = toBeUpdated ? undefined : await byApi();
      if (second) return second;
      const posted = await post("direct message", userId, message);
      return posted ? { heardBy: "person", message: posted } : { heardBy: "nobody" };
    },
  };
}

/**
 * Words by the conversation's `response_url` alone, which takes no token: also for those who have no installation.
 * Returns false where there is none, or it does not work.
 */
export async function answerByUrl(
  { responseUrl, threadTs }: Conversation,
  message: Message,
  options: VoiceOptions & { readonly responseType?: "in_channel" | "ephemeral"; readonly replace?: boolean },
): Promise<boolean> {
  if (!responseUrl || !isSlacks(responseUrl, options.slackApiUrl)) return false;
  const body = {
    ...message,
    response_type: options.responseType ?? "ephemeral",
    replace_original: options.replace ?? false,
    ...(threadTs ? { thread_ts: threadTs } : {}),
  };
  return attempted("response_url", async () => postJson(responseUrl, body), options);
}

async function attempted(
  way: string,
  send: () => Promise<unknown>,
  { log, requestId }: VoiceOptions,
): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    log.warn({ requestId, way, err: error }, "message not delivered this way");
    return false;
  }
}

/** Answers are sent to Slack's own hosts only, whatever a payload says. */
function isSlacks(url: string, slackApiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, hostname, protocol } = new URL(url);
  return origin === new URL(slackApiUrl).origin || (protocol === "https:" && hostname === "hooks.slack.com");
}

async function postJson(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    redirect: "error",
    signal: AbortSignal.timeout(responseTimeoutMs),
  });
  // Slack tells some refusals in the body of a 200.
  const refused = /"ok"\s*:\s*false/u.test(await answer.text());
  if (!answer.ok || refused)
    throw new Error(`response_url answered ${answer.status}${refused ? ", not ok" : ""}`);
}
