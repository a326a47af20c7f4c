import type { Harness } from "../../src/demo/harness.ts";
import {
  visibleText,
  type SandboxMessage,
  type SandboxView,
  type SlackPerson,
} from "../../src/sandbox/slack/index.ts";

/** Somebody of the harness's first workspace, or of another one. */
export function person(harness: Harness, userId: string, teamId = "T0PATCH01"): SlackPerson {
  return harness.slack.as(teamId, userId);
}

/** Waits until the form on somebody's screen says something. */
export async function formSays(harness: Harness, who: SlackPerson, words: string): Promise<SandboxView> {
  return harness.slack.eventually(`a form that says “${words}”, not “${textOf(who.view())}”`, () => {
    const view = who.view();
    return view && textOf(view).includes(words) ? view : undefined;
  });
}

/** Waits until somebody alone is told something. */
export async function toldAlone(harness: Harness, userId: string, words: string): Promise<SandboxMessage> {
  return harness.slack.eventually(`an ephemeral message that says “${words}”`, () =>
    harness.slack.ephemerals(userId).findLast((message) => textOf(message).includes(words)),
  );
}

/** Waits until a channel is told something. */
export async function toldInChannel(
  harness: Harness,
  channelId: string,
  words: string,
): Promise<SandboxMessage> {
  return harness.slack.eventually(`a message that says “${words}”`, () =>
    harness.slack.messages(channelId).findLast((message) => textOf(message).includes(words)),
  );
}

/** What somebody reads in a form or a message. */
export function textOf(shown: SandboxView | SandboxMessage | undefined): string {
  return shown === undefined ? "(nothing)" : visibleText(shown);
}
