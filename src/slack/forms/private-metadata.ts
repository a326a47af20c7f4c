import { z } from "zod";
import { conversationPlace } from "../../domain/reply-target.ts";
import { Problem } from "../../domain/problem.ts";
import { json, parseOr, type TypedValue } from "../block-kit/typed-value.ts";

/** Where a form was opened. */
export const conversation = z.object({
  ...conversationPlace.shape,
  responseUrl: z.string().optional(),
});

/** Where a form was opened, as far as it is known. */
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

/** The part of a conversation that a form remembers. */
export function fromConversation({ channelId, threadTs, responseUrl }: Origin): Origin {
  return {
    ...(channelId === undefined ? {} : { channelId }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
  };
}

/** The conversation of a form that has become words, so that what its buttons lead to is told there too. */
export function writeFrom(from: Origin): string {
  return ofConversation.encode({ from });
}

/** The conversation that any of our forms came from; nothing where the form does not say. */
export function readFrom(privateMetadata: string): Origin {
  if (privateMetadata === "") return {};
  return ofConversation.parse(privateMetadata).from;
}

/** The Problem of a form whose state is gone or another version's. Opened again, it shows the number as it is now. */
export function formOutOfDate(cause?: unknown, words = "This form is out of date."): Problem {
  return new Problem("invalid_input", words, { field: "form" }, cause);
}

/** Whether a Problem is `formOutOfDate`. */
export function isFormOutOfDate({ code, details }: Problem): boolean {
  return code === "invalid_input" && details.field === "form";
}
