import type { Json } from "../types.ts";

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is a string, otherwise an empty one. */
export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The JSON objects of a list, or an empty list if the value is not one. */
export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The text of a text object. */
export function wordsOf(value: unknown): string {
  return isObject(value) ? stringOf(value["text"]) : "";
}
