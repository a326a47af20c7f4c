import { characters } from "../checks/checks.ts";
import { deliver } from "../delivery.ts";
import { type Field, fieldKey, valueIn, valueName } from "./fields.ts";
import { isObject, type Json, objectsOf } from "../json.ts";
import type { StoredMessage } from "../messages.ts";
import type { OpenView } from "./open-views.ts";
import { actionPayload } from "./payloads.ts";
import type { Session } from "./session.ts";
import type { Delivery } from "../types.ts";

type Place = OpenView | StoredMessage;

/** Whether Slack notifies the app at once: always outside inputs, in inputs only on request. */
function isDispatched({ block }: Field): boolean {
  return block["type"] !== "input" || block["dispatch_action"] === true;
}

function actionOf(field: Field, more: Json): Json {
  const { type, action_id } = field.element;
  return { type, block_id: field.block["block_id"], action_id, ...more };
}

async function put(session: Session, on: Place, field: Field, value: unknown): Promise<Delivery | undefined> {
  on.typed.set(fieldKey(field), value);
  if (!isDispatched(field)) return undefined;
  const name = valueName(field) ?? "value";
  return deliver(
    session.world,
    "interaction",
    actionPayload(session, on, actionOf(field, { [name]: value })),
  );
}

function offered(field: Field, value: string): Json {
  const { element } = field;
  const groups = objectsOf(element["option_groups"]);
  const all = [...objectsOf(element["options"]), ...groups.flatMap((group) => objectsOf(group["options"]))];
  const option = all.find((each) => each["value"] === value);
  if (option !== undefined) return option;
  const values = all.map((each) => String(each["value"])).join(", ");
  throw new Error(`${String(element["action_id"])} does not offer ${value}; it offers ${values}`);
}

function valueOf(picked: unknown): unknown {
  return isObject(picked) ? picked["value"] : picked;
}

/** Picks an option of a select, checkboxes or radio buttons. Ticking a ticked box unticks it. */
export async function choose(
  session: Session,
  on: Place,
  field: Field,
  option: { text: string; value: string },
): Promise<Delivery | undefined> {
  const type = String(field.element["type"]);
  const name = valueName(field);
  if (type === "overflow") {
    const action = actionOf(field, { selected_option: offered(field, option.value) });
    return deliver(session.world, "interaction", actionPayload(session, on, action));
  }
  if (name === undefined || !name.startsWith("selected_"))
    throw new Error(`${type} offers nothing to choose`);
  const isTyped = type.endsWith("external_select");
  const isId = /users_select|conversations_select|channels_select/u.test(type);
  let picked: unknown = option.value;
  if (isTyped) {
    picked = { text: { type: "plain_text", text: option.text, emoji: true }, value: option.value };
  } else if (!isId) {
    picked = offered(field, option.value);
  }
  if (!name.endsWith("s")) return put(session, on, field, picked);
  const before = valueIn(on, field);
  const list: unknown[] = Array.isArray(before) ? before : [];
  const others = list.filter((each) => valueOf(each) !== option.value);
  const most = field.element["max_selected_items"];
  if (typeof most === "number" && others.length === list.length && list.length >= most)
    throw new Error(`${String(field.element["action_id"])} takes no more than ${most}`);
  const sent = await put(session, on, field, others.length < list.length ? others : [...list, picked]);
  // The values of a multi-select are on the screen, even before the app knows about them.
  session.world.changes.tell();
  return sent;
}

/** Types a text, number, date or time; an empty one clears the field. */
export async function fill(
  session: Session,
  on: Place,
  field: Field,
  value: string,
): Promise<Delivery | undefined> {
  const type = String(field.element["type"]);
  if (!/_input$|picker$/u.test(type)) throw new Error(`nothing can be typed into a ${type}`);
  const kept = type === "datetimepicker" ? Number(value) : value;
  return put(session, on, field, value === "" ? null : kept);
}

export async function press(session: Session, on: Place, field: Field): Promise<Delivery> {
  const { element } = field;
  if (element["type"] !== "button") throw new Error(`${String(element["action_id"])} is no button`);
  const value = element["value"] === undefined ? {} : { value: element["value"] };
  return deliver(
    session.world,
    "interaction",
    actionPayload(session, on, actionOf(field, { text: element["text"], ...value })),
  );
}

/** The client's own error for a field before anything is sent; undefined if it is valid. */
export function objection(on: Place, field: Field): string | undefined {
  const { block, element } = field;
  const value = valueIn(on, field);
  const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return block["optional"] === true ? undefined : "Please complete this required field.";
  if (typeof value !== "string") return undefined;
  const count = characters(value);
  const { min_length: min, max_length: max } = element;
  if (typeof min === "number" && count < min) return `Must be at least ${min} characters.`;
  if (typeof max === "number" && count > max) return `Must be at most ${max} characters.`;
  if (element["type"] === "number_input" && Number.isNaN(Number(value))) return "Please enter a number.";
  return undefined;
}
