import type { Log } from "../../domain/ports/log.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Recipients } from "./conversation.ts";

const responseTimeoutMs = 5000;

/** What a reply is logged with, and where Slack is. */
export interface ReplyOptions {
  readonly log: Log;
  readonly requestId: string;
  readonly slackApiUrl: string;
}

/**
 * Replies through the conversation's `response_url` only, which needs no token, so it also works without an
 * installation. Returns false if there is none or it fails.
 */
export async function replyByUrl(
  { responseUrl, threadTs }: Recipients,
  message: Message,
  options: ReplyOptions & {
    readonly responseType?: "in_channel" | "ephemeral";
    readonly replace?: boolean;
  },
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

/** Whether a way of sending worked. A failure is logged. */
export async function attempted(
  way: string,
  send: () => Promise<unknown>,
  { log, requestId }: Pick<ReplyOptions, "log" | "requestId">,
): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    log.warn({ requestId, way, err: error }, "message not delivered this way");
    return false;
  }
}

/** Replies only go to Slack's own hosts, whatever a payload contains. */
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
  // Slack reports some errors in the body of a 200.
  const refused = /"ok"\s*:\s*false/u.test(await answer.text());
  if (!answer.ok || refused)
    throw new Error(`response_url answered ${answer.status}${refused ? ", not ok" : ""}`);
}
