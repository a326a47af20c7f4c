import { z } from "zod";
import { recordOf } from "../../domain/shared/own-value.ts";
import { conversation, formState } from "../forms/private-metadata.ts";

const typedInput = z.object({ value: z.string().optional(), several: z.array(z.string()) });

const settingsFields = z.object({
  from: conversation,
  /** The revision of the settings in the form. */
  revision: z.number().int(),
  /** The connection whose operators it sets; undefined for the workspace's settings. */
  connectionId: z.string().optional(),
  /** Whether it has inputs for user groups. Without them, the chosen groups stay. */
  withGroups: z.boolean(),
  /** The topic that it shows; undefined for the operators of a connection. */
  topic: z.string().optional(),
  /** What was entered in the topics that were shown before, by topic and action_id. */
  typed: recordOf(recordOf(typedInput)).optional(),
  /** Someone else's settings that saving this form would replace, to be confirmed. */
  replaces: z.string().optional(),
});
// A form of an earlier version shows all topics and names none: read as one topic, it would save only a part.
const settingsForm = settingsFields.refine(
  ({ connectionId, topic }) => connectionId !== undefined || topic !== undefined,
);

/** The content of an input. */
export type TypedInput = z.infer<typeof typedInput>;

/** The state of a settings form. The settings themselves are in its inputs. */
export type SettingsForm = z.infer<typeof settingsForm>;

export const settingsFormState = formState(settingsForm);
