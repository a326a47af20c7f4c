import { WebAPIPlatformError } from "@slack/web-api";
import type { Log } from "../../domain/log.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Clients } from "../context/services.ts";
import { slackError } from "../context/slack-error.ts";

/** Slack's words for what may pass by itself. Whatever else it says (no such message, no such channel, gone) stays so. */
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

/** A message of ours, by where Slack keeps it, and what finds it in the log. */
interface Updated {
  readonly channelId: string;
  readonly ts: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/**
 * Puts other words into a message of ours. Returns whether that is done with: a message that is gone, or that Slack does not
 * let us update any more, is in the log once and is left alone. Never throws.
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
    if (isOver) log.warn(about, "message not updated; it is left as it is");
    else log.info(about, "message not updated yet");
    return isOver;
  }
}
