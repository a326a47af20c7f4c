import { z } from "zod";

/** A conversation in Slack: a channel, or a thread in it. */
export const conversationPlace = z.object({
  channelId: z.string().optional(),
  threadTs: z.string().optional(),
});

/** Whether a conversation is between Patchbay and one person. Slack's ids of those begin with D. */
export function isDirect(channelId: string): boolean {
  return channelId.startsWith("D");
}

/** The address of a message in Slack. */
export const messageAddress = z.object({ channelId: z.string(), ts: z.string() });
export type MessageAddress = Readonly<z.infer<typeof messageAddress>>;

/** A person, with the conversation and the form in which they requested something. */
export const requester = z.object({
  userId: z.string(),
  ...conversationPlace.shape,
  /** The submitted form, which shows that Patchbay is working until it is updated. */
  viewId: z.string().optional(),
});

/** Where the result of a change belongs and where it was reported, so that it can be updated. */
export const replyTarget = z.object({
  ...requester.shape,
  /** The message with the result, if it can be updated. */
  message: messageAddress.optional(),
});
export type ReplyTarget = Readonly<z.infer<typeof replyTarget>>;
