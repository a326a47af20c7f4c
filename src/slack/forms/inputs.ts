import type { InputBlock, PlainTextOption } from "@slack/types";
import { cut, limits, plainText } from "../block-kit/blocks.ts";
import type { InputValue } from "./input-values.ts";

/** The values of a form's inputs, by action_id. */
export type FormValues = Readonly<Record<string, Pick<InputValue, "value" | "label"> | undefined>>;

/** An option of a select, with text and value within Slack's 75 characters; undefined if the value is too long. */
export function option(text: string, value: string, description?: string): PlainTextOption | undefined {
  if (Array.from(value).length > limits.optionValue || value === "") return undefined;
  const made: PlainTextOption = { text: plainText(text || value), value };
  return description ? { ...made, description: plainText(cut(description, limits.optionText)) } : made;
}

/** A select with typeahead. With `dispatch`, a choice is sent to Patchbay at once. */
export function typeahead(input: {
  readonly blockId: string;
  readonly actionId: string;
  readonly label: string;
  readonly placeholder: string;
  readonly chosen?: FormValues[string];
  readonly dispatch?: boolean;
  readonly optional?: boolean;
  readonly hint?: string | undefined;
}): InputBlock {
  const { chosen } = input;
  const initial = chosen?.value ? option(chosen.label ?? chosen.value, chosen.value) : undefined;
  return {
    type: "input",
    block_id: input.blockId,
    label: plainText(input.label),
    optional: input.optional ?? false,
    dispatch_action: input.dispatch ?? false,
    ...(input.hint ? { hint: plainText(input.hint, limits.label) } : {}),
    element: {
      type: "external_select",
      action_id: input.actionId,
      placeholder: plainText(input.placeholder),
      min_query_length: 0,
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}

/** A text input. Lengths are in characters. */
export function textInput(input: {
  readonly blockId: string;
  readonly actionId: string;
  readonly label: string;
  readonly maxLength: number;
  readonly value?: string | undefined;
  readonly multiline?: boolean;
  readonly optional?: boolean;
  readonly hint?: string | undefined;
  readonly placeholder?: string;
}): InputBlock {
  return {
    type: "input",
    block_id: input.blockId,
    label: plainText(input.label),
    optional: input.optional ?? false,
    ...(input.hint ? { hint: plainText(input.hint, limits.label) } : {}),
    element: {
      type: "plain_text_input",
      action_id: input.actionId,
      multiline: input.multiline ?? false,
      max_length: Math.min(input.maxLength, limits.inputMax),
      ...(input.placeholder ? { placeholder: plainText(input.placeholder) } : {}),
      ...(input.value ? { initial_value: cut(input.value, Math.min(input.maxLength, limits.inputMax)) } : {}),
    },
  };
}
