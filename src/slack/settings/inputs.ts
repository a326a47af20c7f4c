import type { InputBlock, PlainTextOption } from "@slack/types";
import { limits, plainText } from "../block-kit/blocks.ts";
import type { UserGroup } from "../context/user-groups.ts";
import { option } from "../forms/inputs.ts";

/** Any number of people; every input here may be left empty. */
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

/** Any number of user groups, found with typeahead among all of the workspace. */
export function groupsInput(
  actionId: string,
  label: string,
  chosen: readonly string[],
  known: readonly UserGroup[],
): InputBlock {
  const initial = chosen.flatMap((id) =>
    groupOption(known.find((group) => group.id === id) ?? { id, name: id }),
  );
  return {
    ...input(actionId, label),
    element: {
      type: "multi_external_select",
      action_id: actionId,
      placeholder: plainText("No group"),
      min_query_length: 0,
      ...(initial.length > 0 ? { initial_options: initial } : {}),
    },
  };
}

/** A user group as an option; none when Slack would not take it. */
export function groupOption({ id, name }: Pick<UserGroup, "id" | "name">): PlainTextOption[] {
  const made = option(name, id);
  return made ? [made] : [];
}

/** One channel or none. A menu for several that takes one, since people can empty no other. */
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

/** Boxes to tick, by value. */
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

/** One of a few, by value; one is always chosen. */
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
