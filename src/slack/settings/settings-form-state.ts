import { z } from "zod";
import { conversation, formState } from "../forms/private-metadata.ts";

const settingsForm = z.object({
  from: conversation,
  /** The revision of the settings in the form. */
  revision: z.number().int(),
  /** The connection whose operators it sets; undefined for the workspace's settings. */
  connectionId: z.string().optional(),
  /** Whether it has inputs for user groups. Without them, the chosen groups stay. */
  withGroups: z.boolean(),
});

/** The state of a settings form. The settings themselves are in its inputs. */
export type SettingsForm = z.infer<typeof settingsForm>;

export const settingsFormState = formState(settingsForm);
