import { isObject } from "./json.ts";

const WORDS = [
  "title",
  "text",
  "fields",
  "label",
  "hint",
  "rows",
  "elements",
  "element",
  "accessory",
  "blocks",
  "placeholder",
];

function collect(value: unknown, found: string[]): void {
  if (typeof value === "string") found.push(value);
  else if (Array.isArray(value)) for (const each of value) collect(each, found);
  else if (isObject(value)) for (const name of [...WORDS, "submit", "close"]) collect(value[name], found);
}

/** All text that a person reads on a form, a home tab or a message's blocks, line by line. */
export function visibleText(shown: object | undefined): string {
  const found: string[] = [];
  collect(shown, found);
  return found.join("\n");
}
