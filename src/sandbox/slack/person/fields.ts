import { slackId } from "../ids.ts";
import { isObject, type Json, objectsOf } from "../json.ts";
import type { ViewState } from "../types.ts";

/** Blocks on a screen with what was typed into them: a form, a home tab or a message. */
export interface Screen {
  blocks: Json[];
  /** The current value of each stateful element, by `fieldKey`, if it differs from the app's. */
  typed: Map<string, unknown>;
}

/** An interactive element and its block. */
export interface Field {
  block: Json;
  element: Json;
}

/** For each stateful element: the names of its value in the state, and of the app's initial value. */
const VALUE_OF: Record<string, readonly [state: string, initial: string]> = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  checkboxes: ["selected_options", "initial_options"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

/** Every interactive element of some blocks, in reading order. */
export function fieldsOf(blocks: Json[]): Field[] {
  return blocks.flatMap((block) => {
    const inside = block["type"] === "context" ? [] : objectsOf(block["elements"]);
    return [...inside, ...objectsOf([block["element"], block["accessory"]])]
      .filter((element) => element["type"] !== "image")
      .map((element) => ({ block, element }));
  });
}

/** The key of a field, which survives an update: its block id and action id. */
export function fieldKey(field: Field): string {
  return JSON.stringify([field.block["block_id"], field.element["action_id"]]);
}

function namesOf({ element }: Field): readonly [state: string, initial: string] | undefined {
  const type = String(element["type"]);
  return Object.hasOwn(VALUE_OF, type) ? VALUE_OF[type] : undefined;
}

/** The name of a field's value in payloads (`value`, `selected_option` …); undefined for buttons. */
export function valueName(field: Field): string | undefined {
  return namesOf(field)?.[0];
}

/** The current value of a field: typed, else the app's, else null (an empty list for multi-selects). */
export function valueIn(screen: Screen, field: Field): unknown {
  const key = fieldKey(field);
  if (screen.typed.has(key)) return screen.typed.get(key);
  const names = namesOf(field);
  if (names === undefined) return undefined;
  return field.element[names[1]] ?? (names[0].endsWith("s") ? [] : null);
}

/** The state of a screen as in payloads. */
export function stateOf(screen: Screen): ViewState {
  const values: ViewState["values"] = {};
  for (const field of fieldsOf(screen.blocks)) {
    const name = valueName(field);
    if (name === undefined) continue;
    const block = (values[String(field.block["block_id"])] ??= {});
    block[String(field.element["action_id"])] = {
      type: field.element["type"],
      [name]: valueIn(screen, field),
    };
  }
  return { values };
}

/**
 * Replaces the blocks of a screen. As at Slack, a value stays if block id, action id and kind are the same, so a new
 * initial value of an old field has no effect.
 */
export function replaceBlocks(screen: Screen, blocks: Json[]): void {
  const before = new Map(fieldsOf(screen.blocks).map((field) => [fieldKey(field), field]));
  const kept = new Map<string, unknown>();
  for (const field of fieldsOf(blocks)) {
    const old = before.get(fieldKey(field));
    if (old === undefined || old.element["type"] !== field.element["type"]) continue;
    if (valueName(old) !== undefined) kept.set(fieldKey(field), valueIn(screen, old));
  }
  screen.blocks = blocks;
  screen.typed = kept;
}

/** A copy of the blocks with an id for every block and interactive element, random if none was given. */
export function withIds(blocks: unknown): Json[] {
  return objectsOf(structuredClone(blocks)).map((block) => {
    block["block_id"] ??= slackId("b");
    for (const { element } of fieldsOf([block])) element["action_id"] ??= slackId("a");
    return block;
  });
}

/** The plain text of a text object, or an empty string. */
export function textOf(value: unknown): string {
  return isObject(value) && typeof value["text"] === "string" ? value["text"] : "";
}
