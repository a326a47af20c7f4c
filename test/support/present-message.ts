import type { Harness } from "../../src/demo/harness.ts";
import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";
import { textOf } from "./screen.ts";
import { press, sendInteraction } from "./forged-requests.ts";

/** Waits until a message says something where it stands, and gives it as it is then. */
export async function becomes(
  harness: Harness,
  { channelId, ts }: SandboxMessage,
  words: string | RegExp,
): Promise<SandboxMessage> {
  const says = (text: string): boolean =>
    typeof words === "string" ? text.includes(words) : words.test(text);
  return harness.slack.eventually(`the message at ${ts} with “${words}”`, () =>
    harness.slack.messages(channelId).find((each) => each.ts === ts && says(textOf(each))),
  );
}

/** The value of a button of a message, by its action_id. */
export function valueOf({ blocks }: SandboxMessage, actionId: string): string {
  const [, value] =
    new RegExp(`"action_id":"${actionId}","text":[^}]*\\},"value":("(?:[^"\\\\]|\\\\.)*")`, "u").exec(
      JSON.stringify(blocks),
    ) ?? [];
  if (value === undefined) throw new Error(`no ${actionId} in ${JSON.stringify(blocks)}`);
  return String(JSON.parse(value));
}

/** Presses a button that the screen of somebody still shows and the message has no longer. */
export async function pressStale(
  harness: Harness,
  userId: string,
  actionId: string,
  value: string,
): Promise<void> {
  await sendInteraction(harness, press({ userId, teamId: "T0PATCH01" }, actionId, value));
}
