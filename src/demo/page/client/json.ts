import type { Json } from "../types.ts";

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value when it is a string, else an empty one. */
export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The JSON objects of a list; an empty list when the value is none. */
export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The words of a text object. */
export function wordsOf(value: unknown): string {
  return isObject(value) ? stringOf(value["text"]) : "";
}
