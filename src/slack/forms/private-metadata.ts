import { z } from "zod";
import type { NumberKey } from "../../domain/phone-number.ts";
import { conversationPlace } from "../../domain/reply-target.ts";
import { Problem } from "../../domain/problem.ts";

/** Where a form was opened. */
export const conversation = z.object({
  ...conversationPlace.shape,
  responseUrl: z.string().optional(),
});

/** Where a form was opened, as far as it is known. */
export type Origin = z.infer<typeof conversation>;

/** The state of any of our forms, whole. What is too long for Slack is kept where the view is sent; see `storeLongState`. */
export function writeState(state: object): string {
  return JSON.stringify(state);
}

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
  return writeState({ from });
}

/** The conversation that any of our forms came from; nothing where the form does not say. */
export function readFrom(privateMetadata: string): Origin {
  if (privateMetadata === "") return {};
  return readState(z.object({ from: conversation }), privateMetadata).from;
}

/** A number as the value of an option or a button. */
export function keyText({ connectionId, numberId }: NumberKey): string {
  return `${connectionId}/${numberId}`;
}

/** Reads `keyText` back. Throws invalid_input for anything else. */
export function readKey(text: string | undefined): NumberKey {
  const slash = text?.indexOf("/") ?? -1;
  if (text === undefined || slash < 1 || slash === text.length - 1) {
    throw new Problem("invalid_input", "That does not name a number.", { field: "number" });
  }
  return { connectionId: text.slice(0, slash), numberId: text.slice(slash + 1) };
}

/** Reads any of our forms' state back. Throws invalid_input for what Patchbay did not write. */
export function readState<T>(schema: z.ZodType<T>, privateMetadata: string): T {
  const parsed = z
    .string()
    .transform((text, issues) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        issues.addIssue("not JSON");
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(privateMetadata);
  if (parsed.success) return parsed.data;
  const words = "This form is not one that this version of Patchbay made.";
  throw formOutOfDate(parsed.error, words);
}

/** The Problem of a form whose state is gone or another version's. Opened again, it shows the number as it is now. */
export function formOutOfDate(cause?: unknown, words = "This form is out of date."): Problem {
  return new Problem("invalid_input", words, { field: "form" }, cause);
}

/** Whether a Problem is `formOutOfDate`. */
export function isFormOutOfDate({ code, details }: Problem): boolean {
  return code === "invalid_input" && details.field === "form";
}
