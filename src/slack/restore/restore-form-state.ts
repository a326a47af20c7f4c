import { z } from "zod";
import { formReasonRule, formRestrictions } from "../forms/form-restrictions.ts";
import { conversation, formState } from "../forms/private-metadata.ts";
import { restoreDraft } from "../block-kit/restore-buttons.ts";
export type RestoreDraft = z.infer<typeof restoreDraft>;

const restoreForm = restoreDraft.extend({
  from: conversation,
  /** The number's title, in mrkdwn, for the “Working…” view. */
  title: z.string(),
  /** The fields as the person sees them. Their new values come from the audit log, not from the form. */
  seen: z.record(z.string(), z.string().nullable()),
  /** The key of the open incident where the form was opened. */
  incident: z.string().optional(),
  /** Whether the person wants the restore although the number was changed since. */
  overNewer: z.boolean().optional(),
  /** The workspace's rule for reasons when the form was drawn. */
  reasonRule: formReasonRule.optional(),
  /** The freezes and protections that applied then. */
  standing: formRestrictions.optional(),
  /** Whether the person chose to break glass. */
  breakGlass: z.boolean().optional(),
});

/** The state of a restore form, stored in `private_metadata`. */
export type RestoreForm = z.infer<typeof restoreForm>;

export const restoreFormState = formState(restoreForm);
