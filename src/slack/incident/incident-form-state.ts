import { z } from "zod";
import { conversation, formState } from "../forms/private-metadata.ts";

const incidentForm = z.object({
  from: conversation,
  revertId: z.string().optional(),
  /** The incident of the revert, to look again. */
  incident: z.string().optional(),
});

/** The state of an incident form: where it was opened, and the revert that it shows. */
export type IncidentForm = z.infer<typeof incidentForm>;

export const incidentFormState = formState(incidentForm);
