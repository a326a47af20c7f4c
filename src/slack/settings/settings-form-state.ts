import { z } from "zod";
import { conversation, formState } from "../forms/private-metadata.ts";

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

export const settingsFormState = formState(settingsForm);
