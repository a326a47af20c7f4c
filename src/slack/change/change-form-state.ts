import { z } from "zod";
import { changeKinds } from "../../domain/numbers/change.ts";
import { vendorId } from "../../domain/vendor/vendor.ts";
import { recordOf } from "../../domain/shared/own-value.ts";
import { formReasonRule, formRestrictions } from "../forms/form-restrictions.ts";
import { changeDraft } from "../forms/change-draft.ts";
import { conversation, formState } from "../forms/private-metadata.ts";

/** The number in a change form as the person sees it. The change pipeline compares the number with it. */
const formNumber = z.object({
  connectionId: z.string(),
  numberId: z.string(),
  vendor: vendorId,
  connection: z.string(),
  /** The number's title, in mrkdwn and in plain text. */
  title: z.string(),
  label: z.string(),
  /** The value of its option, where the number is too long for one. */
  option: z.string().optional(),
  /** Its agents, in mrkdwn. */
  answers: z.string(),
  /** Who answers, as a clause in mrkdwn, if there is more to it than one agent. */
  now: z.string().optional(),
  /** The fields that this form's change may write, as they were read. */
  seen: z.record(z.string(), z.string().nullable()),
  /** Names for the agent ids in `seen`. */
  labels: recordOf(z.string()),
  readAt: z.string(),
  /** What answers in place of an agent, and what may choose another agent for each call. */
  answeredBy: z.string().optional(),
  chooser: z.string().optional(),
  /** Why this number cannot be changed like this. */
  obstacle: z.string().optional(),
  /** What a detach will probably not achieve. */
  detachNote: z.string().optional(),
  /** The agent that a detach form offers instead. */
  holding: z.object({ id: z.string(), name: z.string() }).optional(),
  /** Whether no agent can be assigned to it, so that a detach form offers none. */
  isUnbindable: z.boolean().optional(),
  /** The freezes and protections that applied when the number was read. */
  standing: formRestrictions.optional(),
});

const changeForm = z.object({
  verb: z.enum(changeKinds),
  from: conversation,
  /** Increases when a button sets the number, so that Slack discards the input's old value. */
  revision: z.number().int(),
  number: formNumber.optional(),
  /** The workspace's rule for reasons when the form was drawn. */
  reasonRule: formReasonRule.optional(),
  /** Whether the person chose to change the number without approval, or in spite of a freeze. */
  breakGlass: z.boolean().optional(),
  /** The other values of the command line, until a number is chosen. */
  wish: changeDraft.optional(),
});

/** The state of a change form, stored in `private_metadata`. */
export type ChangeForm = z.infer<typeof changeForm>;
export type FormNumber = z.infer<typeof formNumber>;

export const changeFormState = formState(changeForm);
