import { isObject } from "../json.ts";

/** Checks a value and adds Slack's complaints, with a pointer to the place. */
export type Check = (value: unknown, at: string, found: string[]) => void;

/** The number of characters by Slack's count: code points, so that an emoji is one. */
export function characters(counted: string): number {
  return Array.from(counted).length;
}

/** Adds a complaint in Slack's own form, as in `response_metadata.messages`. */
export function complain(found: string[], at: string, message: string): void {
  found.push(`[ERROR] ${message} [json-pointer:${at}]`);
}

/** Accepts anything. */
export const anything: Check = () => undefined;

/** Accepts true and false. */
export const flag: Check = (value, at, found) => {
  if (typeof value !== "boolean") complain(found, at, "must be a boolean");
};

/** Accepts a number within bounds. */
export function number(min = -Infinity, max = Infinity): Check {
  return (value, at, found) => {
    if (typeof value !== "number") complain(found, at, "must be a number");
    else if (value < min || value > max) complain(found, at, `must be between ${min} and ${max}`);
  };
}

/** Accepts a string of `min` to `max` characters. */
export function string(max: number, min = 0): Check {
  return (value, at, found) => {
    if (typeof value !== "string") return complain(found, at, "must be a string");
    const count = characters(value);
    if (count > max) complain(found, at, `must be less than ${max + 1} characters`);
    if (count < min) complain(found, at, `must be more than ${min - 1} characters`);
  };
}

/** Accepts one of the given strings. */
export function oneOf(...allowed: string[]): Check {
  return (value, at, found) => {
    if (typeof value !== "string" || !allowed.includes(value)) {
      complain(found, at, `must be one of: ${allowed.join(", ")}`);
    }
  };
}

/** Accepts a list of `min` to `max` items, each checked. */
export function list(item: Check, max: number, min = 0): Check {
  return (value, at, found) => {
    if (!Array.isArray(value)) return complain(found, at, "must be an array");
    if (value.length > max) complain(found, at, `no more than ${max} items allowed`);
    if (value.length < min) complain(found, at, `no less than ${min} items allowed`);
    for (const [index, each] of value.entries()) item(each, `${at}/${index}`, found);
  };
}

/** Accepts an object with these fields and no others. Null counts as absent, as at Slack. */
export function object(
  fields: Record<string, Check>,
  required: readonly string[] = [],
  whole: Check = anything,
): Check {
  return (value, at, found) => {
    if (!isObject(value)) return complain(found, at, "must be an object");
    for (const name of required) {
      if (value[name] === undefined || value[name] === null) {
        complain(found, at, `missing required field: ${name}`);
      }
    }
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined || field === null) continue;
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) complain(found, at, `invalid additional property: ${name}`);
      else check(field, `${at}/${name}`, found);
    }
    whole(value, at, found);
  };
}

/** Accepts an object with an allowed `type`, checked by the rules of that type. */
export function typed(table: Record<string, Check>, allowed: readonly string[]): Check {
  return (value, at, found) => {
    if (!isObject(value)) return complain(found, at, "must be an object");
    const type = String(value["type"]);
    const check = allowed.includes(type) && Object.hasOwn(table, type) ? table[type] : undefined;
    if (check === undefined) complain(found, `${at}/type`, `unsupported type: ${type}`);
    else check(value, at, found);
  };
}

/** Accepts a text object. An empty text is refused as at Slack. */
export function text(max: number, kinds: readonly string[] = ["plain_text", "mrkdwn"]): Check {
  const kind = oneOf(...kinds);
  return (value, at, found) => {
    const extra: Record<string, Check> =
      isObject(value) && value["type"] === "mrkdwn" ? { verbatim: flag } : { emoji: flag };
    object({ type: kind, text: string(max, 1), ...extra }, ["type", "text"])(value, at, found);
  };
}

/** Accepts a text object of type plain_text. */
export function plain(max: number): Check {
  return text(max, ["plain_text"]);
}
