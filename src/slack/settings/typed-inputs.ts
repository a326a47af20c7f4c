import type { InputBlock, KnownBlock } from "@slack/types";
import type { UserGroup } from "../context/user-groups.ts";
import { inputValues } from "../forms/input-values.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { groupOptionsOf } from "./inputs.ts";
import type { SettingsForm, TypedInput } from "./settings-form-state.ts";

/** The inputs of one topic, by action_id. */
type TypedInputs = Readonly<Record<string, TypedInput>>;

/** A form with what is now in the inputs of the topic that it shows. */
export function withTyped(form: SettingsForm, topic: string, state: { values?: unknown }): SettingsForm {
  const inputs = [...inputValues(state)].map(([id, { value, several }]): [string, TypedInput] => [
    id,
    { ...(value === undefined ? {} : { value }), several: [...several] },
  ]);
  return { ...form, typed: { ...form.typed, [topic]: Object.fromEntries(inputs) } };
}

/** The blocks of a topic with what was entered in its inputs before; the saved values where nothing was. */
export function blocksWithTyped(
  blocks: readonly KnownBlock[],
  typed: TypedInputs | undefined,
  groups: readonly UserGroup[] = [],
): KnownBlock[] {
  return typed === undefined ? [...blocks] : blocks.map((block) => blockWithTyped(block, typed, groups));
}

function blockWithTyped(block: KnownBlock, typed: TypedInputs, groups: readonly UserGroup[]): KnownBlock {
  if (block.type !== "input") return block;
  const entered = ownValue(typed, block.element.action_id ?? "");
  return entered ? { ...block, element: elementWithTyped(block.element, entered, groups) } : block;
}

function elementWithTyped(
  element: InputBlock["element"],
  { value, several }: TypedInput,
  groups: readonly UserGroup[],
): InputBlock["element"] {
  if (element.type === "plain_text_input") {
    const { initial_value: _saved, ...empty } = element;
    return value ? { ...empty, initial_value: value } : empty;
  }
  if (element.type === "static_select") {
    const chosen = element.options?.find((option) => option.value === value);
    return chosen ? { ...element, initial_option: chosen } : element;
  }
  if (element.type === "checkboxes") {
    const { initial_options: _saved, ...empty } = element;
    const ticked = element.options.filter((option) => several.includes(option.value ?? ""));
    return ticked.length > 0 ? { ...empty, initial_options: ticked } : empty;
  }
  if (element.type === "multi_users_select") {
    const { initial_users: _saved, ...empty } = element;
    return several.length > 0 ? { ...empty, initial_users: several } : empty;
  }
  if (element.type === "multi_conversations_select") {
    const { initial_conversations: _saved, ...empty } = element;
    return several.length > 0 ? { ...empty, initial_conversations: several } : empty;
  }
  if (element.type === "multi_external_select") {
    const { initial_options: _saved, ...empty } = element;
    const chosen = groupOptionsOf(several, groups);
    return chosen.length > 0 ? { ...empty, initial_options: chosen } : empty;
  }
  throw new TypeError(`The settings have no input of the type ${element.type}.`);
}
