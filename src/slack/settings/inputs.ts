import type { InputBlock, PlainTextOption } from "@slack/types";
import { limits, plainText } from "../block-kit/blocks.ts";
import type { UserGroup } from "../context/user-groups.ts";
import { option } from "../forms/inputs.ts";

/** An input for any number of people. Every input here may be empty. */
export function peopleInput(actionId: string, label: string, chosen: readonly string[]): InputBlock {
  return {
    ...input(actionId, label),
    element: {
      type: "multi_users_select",
      action_id: actionId,
      placeholder: plainText("Nobody by name"),
      ...(chosen.length > 0 ? { initial_users: [...chosen] } : {}),
    },
  };
}

/** An input for any number of the workspace's user groups, with typeahead. */
export function groupsInput(
  actionId: string,
  label: string,
  chosen: readonly string[],
  known: readonly UserGroup[],
  hint?: string,
): InputBlock {
  const initial = groupOptionsOf(chosen, known);
  return {
    ...input(actionId, label, hint),
    element: {
      type: "multi_external_select",
      action_id: actionId,
      placeholder: plainText("No group"),
      min_query_length: 0,
      ...(initial.length > 0 ? { initial_options: initial } : {}),
    },
  };
}

/** Chosen user groups as options, by name where that is known. */
export function groupOptionsOf(chosen: readonly string[], known: readonly UserGroup[]): PlainTextOption[] {
  return chosen.flatMap((id) => groupOption(known.find((group) => group.id === id) ?? { id, name: id }));
}

/** A user group as an option; empty if Slack would not accept it. */
export function groupOption({ id, name }: Pick<UserGroup, "id" | "name">): PlainTextOption[] {
  const made = option(name, id);
  return made ? [made] : [];
}

/**
 * An input for one channel or none: a multi-select with a limit of one, because people cannot clear any other select.
 */
export function channelInput(
  actionId: string,
  label: string,
  chosen: string | undefined,
  hint: string,
): InputBlock {
  return {
    ...input(actionId, label, hint),
    element: {
      type: "multi_conversations_select",
      action_id: actionId,
      placeholder: plainText("No channel"),
      max_selected_items: 1,
      filter: { include: ["public", "private"], exclude_bot_users: true },
      ...(chosen === undefined ? {} : { initial_conversations: [chosen] }),
    },
  };
}

/** Checkboxes, by value. */
export function ticksInput<Value extends string>(
  actionId: string,
  label: string,
  boxes: Readonly<Record<Value, string>>,
  ticked: readonly Value[],
  hint?: string,
): InputBlock {
  const options: PlainTextOption[] = Object.entries<string>(boxes).map(([value, text]) => ({
    text: plainText(text),
    value,
  }));
  const chosen: readonly string[] = ticked;
  const initial = options.filter(({ value }) => value !== undefined && chosen.includes(value));
  return {
    ...input(actionId, label, hint),
    element: {
      type: "checkboxes",
      action_id: actionId,
      options,
      ...(initial.length > 0 ? { initial_options: initial } : {}),
    },
  };
}

/** A choice of one value from a few. */
export function choiceInput<Value extends string>(
  actionId: string,
  label: string,
  choices: Readonly<Record<Value, string>>,
  chosen: Value,
  hint: string,
): InputBlock {
  const options: PlainTextOption[] = Object.entries<string>(choices).map(([value, text]) => ({
    text: plainText(text),
    value,
  }));
  const initial = options.find(({ value }) => value === chosen);
  return {
    ...input(actionId, label, hint),
    element: {
      type: "static_select",
      action_id: actionId,
      options,
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}

function input(actionId: string, label: string, hint?: string): Omit<InputBlock, "element"> {
  return {
    type: "input",
    block_id: actionId,
    label: plainText(label),
    optional: true,
    ...(hint === undefined ? {} : { hint: plainText(hint, limits.label) }),
  };
}
