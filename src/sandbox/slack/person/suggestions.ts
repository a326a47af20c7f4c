import { LIMITS } from "../checks/block-kit-limits.ts";
import { characters } from "../checks/checks.ts";
import { deliver } from "../delivery.ts";
import { type Field, textOf } from "./fields.ts";
import { isObject, objectsOf, parseJson, stringOf } from "../json.ts";
import type { StoredMessage } from "../messages.ts";
import type { OpenView } from "./open-views.ts";
import { suggestionPayload } from "./payloads.ts";
import type { Session } from "./session.ts";
import type { MenuOption, Suggestions } from "../types.ts";

/** The default minimum length of typed text before Slack requests options. */
const LEAST_TYPED = 3;

function read(body: string): MenuOption[] | string {
  const answer = parseJson(body);
  if (!isObject(answer)) return "the answer is no JSON object";
  const groups = objectsOf(answer["option_groups"]);
  const lists = groups.length > 0 ? groups.map((group) => group["options"]) : [answer["options"]];
  if (!lists.every((each) => Array.isArray(each))) return "the answer has no options";
  const options = lists.flatMap(objectsOf);
  const { suggestion } = LIMITS;
  if (options.length > suggestion.options) return `more than ${suggestion.options} options`;
  for (const option of options) {
    const text = textOf(option["text"]);
    const value = stringOf(option["value"]);
    if (text === "" || characters(text) > suggestion.text) return `option text "${text}"`;
    if (value === "" || characters(value) > suggestion.value) return `option value "${value}"`;
    if (characters(textOf(option["description"])) > suggestion.text) return `description of "${text}"`;
  }
  return options.map((option) => {
    const description = textOf(option["description"]);
    return {
      text: textOf(option["text"]),
      value: stringOf(option["value"]),
      ...(description === "" ? {} : { description }),
    };
  });
}

/** The options that a select shows for typed text. Empty if Slack would not show the app's response. */
export async function suggestions(
  session: Session,
  on: OpenView | StoredMessage,
  field: Field,
  typed: string,
): Promise<Suggestions> {
  const { element } = field;
  if (!String(element["type"]).endsWith("external_select")) {
    throw new Error(`${String(element["action_id"])} does not ask the app for its options`);
  }
  const least = element["min_query_length"];
  if (characters(typed) < (typeof least === "number" ? least : LEAST_TYPED)) return { options: [] };
  const payload = suggestionPayload(session, on, field, typed);
  const delivery = await deliver(session.world, "options", payload);
  if (delivery.problem !== undefined) return { options: [], problem: delivery.problem };
  const options = read(delivery.body);
  if (typeof options !== "string") return { options };
  delivery.problem = `options refused: ${options}`;
  return { options: [], problem: delivery.problem };
}
