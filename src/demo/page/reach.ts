import { maySee, visitorFor, type Visitor } from "./screen.ts";
import type { Stage } from "./demo-session.ts";
import type { On } from "./types.ts";

/** Somebody in a conversation of theirs; throws when it is not. */
export async function inConversation(stage: Stage, who: string, channelId: string): Promise<Visitor> {
  const visitor = visitorFor(stage.house, who);
  if (!(await maySee(visitor, channelId))) throw new Error("this person is not in that conversation");
  return visitor;
}

/** A message that this person sees; a stranger's guess at somebody's ephemeral message finds nothing. */
export function messageAt(
  { house }: Stage,
  { person }: Visitor,
  { channelId, ts }: { readonly channelId: string; readonly ts: string },
) {
  const own = house.slack.ephemerals(person.id).filter((message) => message.channelId === channelId);
  const found = [...house.slack.messages(channelId), ...own].find((message) => message.ts === ts);
  if (!found) throw new Error("this message is no longer there");
  return found;
}

/** Somebody's keyboard, and the surface of theirs that an element is on. */
export async function touching(
  stage: Stage,
  input: { readonly as: string; readonly on: On; readonly blockId: string },
) {
  const { blockId } = input;
  if (typeof input.on === "string") {
    const { keyboard } = visitorFor(stage.house, input.as);
    return { keyboard, where: { in: input.on, blockId } };
  }
  const visitor = await inConversation(stage, input.as, input.on.channelId);
  return { keyboard: visitor.keyboard, where: { in: messageAt(stage, visitor, input.on), blockId } };
}

/** Somebody who has this form on top; throws when they do not. */
export function onTop(stage: Stage, input: { readonly as: string; readonly viewId: string }): Visitor {
  const visitor = visitorFor(stage.house, input.as);
  if (visitor.keyboard.view()?.id !== input.viewId) throw new Error("this form is no longer on top");
  return visitor;
}
