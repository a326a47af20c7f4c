import { z } from "zod";
import { changeKinds } from "../../domain/change.ts";
import { vendorId } from "../../domain/vendor.ts";
import { recordOf } from "../../domain/own-value.ts";
import { formReasonRule, formRestrictions } from "../forms/form-restrictions.ts";
import { changeDraft } from "../forms/change-draft.ts";
import { conversation, formState } from "../forms/private-metadata.ts";

/** The number that a change form shows: what the person sees, so that the change pipeline can tell whether it still holds. */
const formNumber = z.object({
  connectionId: z.string(),
  numberId: z.string(),
  vendor: vendorId,
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
  standing: formRestrictions.optional(),
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
  wish: changeDraft.optional(),
});

/** The state of a change form, kept in `private_metadata`. */
export type ChangeForm = z.infer<typeof changeForm>;
export type FormNumber = z.infer<typeof formNumber>;

export const changeFormState = formState(changeForm);
