import { z } from "zod";
import { changeKinds } from "../domain/change.ts";
import { vendorIds } from "../domain/vendor.ts";
import { recordOf } from "../domain/own-value.ts";
import type { NumberKey } from "../domain/phone-number.ts";
import { Problem } from "../domain/problem.ts";
import type { Conversation } from "./conversation.ts";
import { formReasonRule, formStanding } from "./form-standing.ts";
import { wish } from "./wish.ts";

/** Where a form was opened. */
export const conversation = z.object({
  channelId: z.string().optional(),
  threadTs: z.string().optional(),
  responseUrl: z.string().optional(),
});

/** The number that a change form shows: what the person sees, so that the waist can tell whether it still holds. */
const formNumber = z.object({
  connectionId: z.string(),
  numberId: z.string(),
  vendor: z.enum(vendorIds),
  connection: z.string(),
  /** What the number is called, in mrkdwn and without marks. */
  title: z.string(),
  label: z.string(),
  /** Who answers, in words that are ready for mrkdwn. */
  answers: z.string(),
  /** The fields that this form's change may write, as they were read. */
  seen: z.record(z.string(), z.string().nullable()),
  /** Names for the agent ids in `seen`. */
  labels: recordOf(z.string()),
  readAt: z.string(),
  /** What a detach is likely not to do to it. */
  detachNote: z.string().optional(),
  /** What stands in the way of changing it, as far as it was known when it was read. */
  standing: formStanding.optional(),
});

const changeForm = z.object({
  verb: z.enum(changeKinds),
  from: conversation,
  /** Grows when the number was set by a button, so that Slack drops what its input held. */
  revision: z.number().int(),
  number: formNumber.optional(),
  /** What the workspace asked of reasons when the form was drawn. */
  reasonRule: formReasonRule.optional(),
  /** Whether the person chose to change the number without approval, or in spite of a freeze. */
  breakGlass: z.boolean().optional(),
  /** What the line said beside the number, until a number is there to go with it. */
  wish: wish.optional(),
});

/** The state of a change form, kept in `private_metadata`. */
export type ChangeForm = z.infer<typeof changeForm>;
export type FormNumber = z.infer<typeof formNumber>;

/** Reads the state back from a view. Throws invalid_input for what Patchbay did not write. */
export function readChangeForm(privateMetadata: string): ChangeForm {
  return readState(changeForm, privateMetadata);
}

const connectForm = z.object({
  from: conversation,
  /** The connection whose key is replaced; none for a new one. */
  connectionId: z.string().optional(),
  vendor: z.enum(vendorIds).optional(),
});

/** The state of the connect form. A key is never in it. */
export type ConnectForm = z.infer<typeof connectForm>;

export function readConnectForm(privateMetadata: string): ConnectForm {
  return readState(connectForm, privateMetadata);
}

const settingsForm = z.object({
  from: conversation,
  /** The revision of the settings that the form shows. */
  revision: z.number().int(),
  /** The connection whose operators it is about; none for the workspace's settings. */
  connectionId: z.string().optional(),
  /** Whether it asks for user groups: without them, what was chosen of them stays. */
  withGroups: z.boolean(),
});

/** The state of a settings form. What it shows is in its inputs. */
export type SettingsForm = z.infer<typeof settingsForm>;

export function readSettingsForm(privateMetadata: string): SettingsForm {
  return readState(settingsForm, privateMetadata);
}

/** The state of any of our forms, whole. What is too long for Slack is kept where the view is sent; see `fitView`. */
export function writeState(state: object): string {
  return JSON.stringify(state);
}

/** The part of a conversation that a form remembers. */
export function fromConversation({ channelId, threadTs, responseUrl }: Conversation): ChangeForm["from"] {
  return {
    ...(channelId === undefined ? {} : { channelId }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
  };
}

/** The conversation of a form that has become words, so that what its buttons lead to is told there too. */
export function writeFrom(from: ChangeForm["from"]): string {
  return writeState({ from });
}

/** The conversation that any of our forms came from; nothing where the form does not say. */
export function readFrom(privateMetadata: string): ChangeForm["from"] {
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
