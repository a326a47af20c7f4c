import { z } from "zod";
import { formReasonRule, formRestrictions } from "../forms/form-restrictions.ts";
import { conversation, formState } from "../forms/private-metadata.ts";
import { restoreDraft } from "../block-kit/restore-buttons.ts";
export type RestoreDraft = z.infer<typeof restoreDraft>;

const restoreForm = restoreDraft.extend({
  from: conversation,
  /** What the number is called, in mrkdwn, for the time in which Patchbay works. */
  title: z.string(),
  /** The fields as the person sees them. What they become is read from the audit log, not from here. */
  seen: z.record(z.string(), z.string().nullable()),
  /** The key of the incident that is open where the form was opened. */
  incident: z.string().optional(),
  /** Whether the person wants it although the number has been changed since. */
  overNewer: z.boolean().optional(),
  /** What the workspace asked of reasons when the form was drawn. */
  reasonRule: formReasonRule.optional(),
  /** What stands in the way of changing the number, as far as it was known then. */
  standing: formRestrictions.optional(),
  /** Whether the person chose to do it without approval, or in spite of a freeze. */
  breakGlass: z.boolean().optional(),
});

/** The state of a form that restores a change, kept in `private_metadata`. */
export type RestoreForm = z.infer<typeof restoreForm>;

export const restoreFormState = formState(restoreForm);
