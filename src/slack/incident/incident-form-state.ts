import { z } from "zod";
import { conversation, readState, writeState } from "../forms/private-metadata.ts";

const incidentForm = z.object({ from: conversation, revertId: z.string().optional() });

/** The state of a form about an incident: where it was opened, and the revert that it shows. */
export type IncidentForm = z.infer<typeof incidentForm>;

/** The state as a view carries it. */
export function writeIncidentForm(form: IncidentForm): string {
  return writeState(form);
}

/** Reads it back. Throws invalid_input for what Patchbay did not write. */
export function readIncidentForm(privateMetadata: string): IncidentForm {
  return readState(incidentForm, privateMetadata);
}
