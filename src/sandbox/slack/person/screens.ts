import { type Field, fieldsOf, textOf } from "./fields.ts";
import type { StoredMessage } from "../messages.ts";
import type { OpenView } from "./open-views.ts";
import type { Session } from "./session.ts";
import type { Surface } from "../types.ts";

/** The surface where this person acts: the top form by default. Throws if it is not there. */
export function screenFor(
  { world, workspace, user }: Session,
  surface: Surface = "view",
): OpenView | StoredMessage {
  if (typeof surface === "object") {
    const message = world.messages.find(surface.channelId, surface.ts);
    if (message === undefined) throw new Error(`the message "${surface.text}" is no longer there`);
    return message;
  }
  const open =
    surface === "home" ? world.views.home(workspace, user.id) : world.views.top(workspace, user.id);
  if (open === undefined)
    throw new Error(`${user.id} has no ${surface === "home" ? "home tab" : "form"} open`);
  return open;
}

function described(fields: Field[]): string {
  const names = fields.map(({ element }) => {
    const value = typeof element["value"] === "string" ? ` (${element["value"]})` : "";
    return String(element["action_id"]) + value;
  });
  return names.length > 0 ? names.join(", ") : "nothing";
}

/** What distinguishes fields with the same action id. */
export interface Which {
  readonly value?: string;
  readonly blockId?: string;
}

/** The field with this action id, or with an unambiguous prefix. */
export function fieldOn(
  screen: OpenView | StoredMessage,
  actionId: string,
  { value, blockId }: Which = {},
): Field {
  const all = fieldsOf(screen.blocks);
  const fitting = all.filter(
    ({ block, element }) =>
      (value === undefined || element["value"] === value) &&
      (blockId === undefined || block["block_id"] === blockId),
  );
  const exact = fitting.filter(({ element }) => element["action_id"] === actionId);
  const found =
    exact.length > 0
      ? exact
      : fitting.filter(({ element }) => String(element["action_id"]).startsWith(actionId));
  const [field] = found;
  if (field === undefined) throw new Error(`no ${actionId} here; there is ${described(all)}`);
  if (found.length > 1) throw new Error(`${actionId} could be any of ${described(found)}`);
  return field;
}

/** The field of the input block with this label. */
export function fieldLabelled(screen: OpenView | StoredMessage, label: string): Field {
  const all = fieldsOf(screen.blocks);
  const field = all.find(({ block }) => textOf(block["label"]) === label);
  if (field !== undefined) return field;
  const labels = all.map(({ block }) => textOf(block["label"])).filter((each) => each !== "");
  throw new Error(`no input labelled "${label}"; there is ${labels.join(", ")}`);
}
