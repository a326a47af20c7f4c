import type { Choice } from "../../types.ts";
import { isObject, objectsOf, stringOf, wordsOf } from "../json.ts";
import { nameOf, type Session } from "../session.ts";

/** The value of a select: an option, a person or a conversation. */
export function chosenIn(session: Session, state: unknown): Choice | undefined {
  if (!isObject(state)) return undefined;
  const option = state["selected_option"];
  if (isObject(option)) return { text: wordsOf(option["text"]), value: stringOf(option["value"]) };
  const user = stringOf(state["selected_user"]);
  if (user !== "") return { text: nameOf(session, user), value: user };
  const place = stringOf(state["selected_channel"] ?? state["selected_conversation"]);
  const known = session.workspace.places.find(({ id }) => id === place);
  return known ? { text: `#${known.name}`, value: place } : undefined;
}

/** The values of a multi-select: options, people or conversations. */
export function chosenAll(session: Session, state: unknown): readonly Choice[] {
  if (!isObject(state)) return [];
  const ids = (name: string): readonly string[] =>
    Array.isArray(state[name]) ? state[name].map((id) => stringOf(id)) : [];
  const single = [
    ...objectsOf(state["selected_options"]).map((option) => ({ selected_option: option })),
    ...ids("selected_users").map((id) => ({ selected_user: id })),
    ...ids("selected_conversations").map((id) => ({ selected_conversation: id })),
  ];
  return single.flatMap((each) => chosenIn(session, each) ?? []);
}
