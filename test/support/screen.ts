import type { House } from "../../src/demo/harness.ts";
import {
  visibleText,
  type SandboxMessage,
  type SandboxView,
  type SlackPerson,
} from "../../src/sandbox/slack/index.ts";

/** Somebody of the house's first workspace, or of another one. */
export function person(house: House, userId: string, teamId = "T0PATCH01"): SlackPerson {
  return house.slack.as(teamId, userId);
}

/** Waits until the form on somebody's screen says something. */
export async function formSays(house: House, who: SlackPerson, words: string): Promise<SandboxView> {
  return house.slack.eventually(`a form that says “${words}”, not “${textOf(who.view())}”`, () => {
    const view = who.view();
    return view && textOf(view).includes(words) ? view : undefined;
  });
}

/** Waits until somebody alone is told something. */
export async function toldAlone(house: House, userId: string, words: string): Promise<SandboxMessage> {
  return house.slack.eventually(`an ephemeral message that says “${words}”`, () =>
    house.slack.ephemerals(userId).findLast((message) => textOf(message).includes(words)),
  );
}

/** Waits until a channel is told something. */
export async function toldInChannel(house: House, channelId: string, words: string): Promise<SandboxMessage> {
  return house.slack.eventually(`a message that says “${words}”`, () =>
    house.slack.messages(channelId).findLast((message) => textOf(message).includes(words)),
  );
}

/** What somebody reads in a form or a message. */
export function textOf(shown: SandboxView | SandboxMessage | undefined): string {
  return shown === undefined ? "(nothing)" : visibleText(shown);
}
