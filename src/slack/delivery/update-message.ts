import { WebAPIPlatformError } from "@slack/web-api";
import type { Log } from "../../domain/ports/log.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Clients } from "../context/services.ts";
import { withoutTable } from "../block-kit/table.ts";
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

/** `impossible` if the message is gone, or Slack no longer lets us update it; `failed` if it may work later. */
export type UpdateResult = "updated" | "impossible" | "failed";

/** Updates one of our messages, and logs a failure. Never throws. */
export async function updateMessage(
  { patient }: Pick<Clients, "patient">,
  log: Log,
  { channelId: channel, ts, ids }: Updated,
  words: Message,
): Promise<UpdateResult> {
  const { text, blocks } = words;
  try {
    await patient.chat.update({ channel, ts, text, blocks });
    return "updated";
  } catch (error) {
    const plain = isOfContent(error) ? withoutTable(words) : undefined;
    if (plain) return updateMessage({ patient }, log, { channelId: channel, ts, ids }, plain);
    const isImpossible = error instanceof WebAPIPlatformError && !passing.has(error.data.error);
    const about = { ...ids, channel, ts, slack: slackError(error), err: error };
    if (isImpossible) log.warn(about, "message not updated; no retry");
    else log.info(about, "message not updated yet");
    return isImpossible ? "impossible" : "failed";
  }
}

/** Whether Slack refuses the blocks, such as a table in a workspace that has none yet. */
function isOfContent(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && /^invalid_(?:blocks|attachments)/u.test(error.data.error);
}
