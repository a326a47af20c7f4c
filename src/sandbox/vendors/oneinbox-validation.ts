import { isRecord } from "./fake.ts";

/** One entry of OneInbox's 422 `detail` list. */
export interface Mistake {
  loc: string[];
  msg: string;
  type: string;
}

type Rule = "string" | "string-or-null" | "id" | "id-or-null";

/** The type errors in an update's body, each with its place. Unknown fields are ignored. */
export function mistakesOf(body: unknown, isId: (text: string) => boolean): Mistake[] {
  const mistakes: Mistake[] = [];
  const wrong = (loc: string[], msg: string, type: string): void => {
    mistakes.push({ loc: ["body", ...loc], msg, type });
  };
  const check = (parent: Record<string, unknown>, loc: string[], field: string, rule: Rule): void => {
    const value = parent[field];
    if (value === undefined || (value === null && rule.endsWith("-or-null"))) return;
    if (typeof value !== "string") {
      wrong([...loc, field], "Input should be a valid string", "string_type");
    } else if (rule.startsWith("id") && !isId(value)) {
      wrong([...loc, field], "Input should be a valid UUID", "uuid_parsing");
    }
  };
  if (!isRecord(body)) {
    wrong([], "Input should be a valid dictionary", "model_attributes_type");
    return mistakes;
  }
  check(body, [], "friendly_name", "string-or-null");
  check(body, [], "agent_id", "id-or-null");
  const routing = body["inbound_routing"];
  if (routing === undefined) return mistakes;
  const at = ["inbound_routing"];
  if (!isRecord(routing)) {
    wrong(at, "Input should be a valid dictionary", "model_attributes_type");
    return mistakes;
  }
  check(routing, at, "agent_id", "id");
  check(routing, at, "voicemail_message", "string");
  const fallback = routing["fallback"];
  if (fallback === undefined || fallback === null) return mistakes;
  if (!isRecord(fallback)) {
    wrong([...at, "fallback"], "Input should be a valid dictionary", "model_attributes_type");
  } else if (fallback["agent_id"] === undefined) {
    wrong([...at, "fallback", "agent_id"], "Field required", "missing");
  } else {
    check(fallback, [...at, "fallback"], "agent_id", "id");
  }
  return mistakes;
}
