import { z } from "zod";
import { conversationPlace } from "../../domain/notifications/reply-target.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { json, parseOr, type TypedValue } from "../block-kit/typed-value.ts";

/** Where a form was opened. */
export const conversation = z.object({
  ...conversationPlace.shape,
  responseUrl: z.string().optional(),
});

/** Where a form was opened, as far as known. */
export type Origin = z.infer<typeof conversation>;

/**
 * The state of a form in its `private_metadata`. It is written whole: what is longer than Slack takes is kept where the view
 * is sent, see `storeLongState`.
 */
export function formState<T>(schema: z.ZodType<T>): TypedValue<T> {
  const words = "This form is not one that this version of Patchbay made.";
  const text = json(schema);
  return {
    encode: (state) => JSON.stringify(state),
    parse: (metadata) => parseOr(text, metadata, (cause) => formOutOfDate(cause, words)),
  };
}

const ofConversation = formState(z.object({ from: conversation }));

/** The parts of a conversation to store in a form. */
export function fromConversation({ channelId, threadTs, responseUrl }: Origin): Origin {
  return {
    ...(channelId === undefined ? {} : { channelId }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
  };
}

/** The conversation for a text modal, so that results of its buttons are reported there too. */
export function writeFrom(from: Origin): string {
  return ofConversation.encode({ from });
}

/** The conversation that any of our forms was opened in; empty if the form does not say. */
export function readFrom(privateMetadata: string): Origin {
  if (privateMetadata === "") return {};
  return ofConversation.parse(privateMetadata).from;
}

/**
 * The Problem of a form whose state is gone or from another version. A newly opened form shows the number as it is now.
 */
export function formOutOfDate(cause?: unknown, words = "This form is out of date."): Problem {
  return new Problem("invalid_input", words, { field: "form" }, cause);
}

export function isFormOutOfDate({ code, details }: Problem): boolean {
  return code === "invalid_input" && details.field === "form";
}
