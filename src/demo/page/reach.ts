import { maySee, visitorFor, type Visitor } from "./screen.ts";
import type { DemoSession } from "./demo-session.ts";
import type { On } from "./types.ts";

/** A person in one of their conversations. Throws if it is not theirs. */
export async function inConversation(session: DemoSession, who: string, channelId: string): Promise<Visitor> {
  const visitor = visitorFor(session.harness, who);
  if (!(await maySee(visitor, channelId))) throw new Error("this person is not in that conversation");
  return visitor;
}

/** A message that this person sees. Another person's ephemeral message is not found. */
export function messageAt(
  { harness }: DemoSession,
  { person }: Visitor,
  { channelId, ts }: { readonly channelId: string; readonly ts: string },
) {
  const own = harness.slack.ephemerals(person.id).filter((message) => message.channelId === channelId);
  const found = [...harness.slack.messages(channelId), ...own].find((message) => message.ts === ts);
  if (!found) throw new Error("this message is no longer there");
  return found;
}

/** A person's keyboard, and the surface with an element. */
export async function touching(
  session: DemoSession,
  input: { readonly as: string; readonly on: On; readonly blockId: string },
) {
  const { blockId } = input;
  if (typeof input.on === "string") {
    const { keyboard } = visitorFor(session.harness, input.as);
    return { keyboard, where: { in: input.on, blockId } };
  }
  const visitor = await inConversation(session, input.as, input.on.channelId);
  return { keyboard: visitor.keyboard, where: { in: messageAt(session, visitor, input.on), blockId } };
}

/** A person with this form on top. Throws if it is not on top. */
export function onTop(
  session: DemoSession,
  input: { readonly as: string; readonly viewId: string },
): Visitor {
  const visitor = visitorFor(session.harness, input.as);
  if (visitor.keyboard.view()?.id !== input.viewId) throw new Error("this form is no longer on top");
  return visitor;
}
