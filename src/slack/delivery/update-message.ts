import { WebAPIPlatformError } from "@slack/web-api";
import type { Log } from "../../domain/ports/log.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Clients } from "../context/services.ts";
import { slackError } from "../context/slack-error.ts";

/** Slack's error codes that may go away. All others (no such message, no such channel) are permanent. */
const passing: ReadonlySet<string> = new Set([
  "fatal_error",
  "internal_error",
  "rate_limited",
  "ratelimited",
  "request_timeout",
  "service_unavailable",
  "team_added_to_org",
  "token_expired",
]);

/** One of our messages: its address, and its ids for the log. */
interface Updated {
  readonly channelId: string;
  readonly ts: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/**
 * Updates one of our messages. Returns whether it is finished with: a message that is gone, or that Slack no longer
 * lets us update, is logged once and then ignored. Never throws.
 */
export async function updateMessage(
  { patient }: Clients,
  log: Log,
  { channelId: channel, ts, ids }: Updated,
  { text, blocks }: Message,
): Promise<boolean> {
  try {
    await patient.chat.update({ channel, ts, text, blocks });
    return true;
  } catch (error) {
    const isOver = error instanceof WebAPIPlatformError && !passing.has(error.data.error);
    const about = { ...ids, channel, ts, slack: slackError(error), err: error };
    if (isOver) log.warn(about, "message not updated; no retry");
    else log.info(about, "message not updated yet");
    return isOver;
  }
}
