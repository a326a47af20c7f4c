import { ownValue } from "../../domain/shared/own-value.ts";

/** Returns a function that reduces each new item, and returns the previous object if nothing has changed. */
export function reuseUnchanged<T extends { readonly id: string }>(
  before: readonly T[],
  slim: (item: T) => T,
): (item: T) => T {
  const byId = new Map<string, T>();
  let at = 0;
  return (item) => {
    // Most lists keep their order.
    const there = before[at];
    at += 1;
    if (there?.id !== item.id && byId.size === 0) for (const one of before) byId.set(one.id, one);
    const was = there?.id === item.id ? there : byId.get(item.id);
    const now = slim(item);
    return was && isEqual(was, now) ? was : now;
  };
}

/** Whether two values are equal. An undefined field equals a missing one. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isRecord(one) || !isRecord(other)) return false;
  for (const key in one) if (!isEqual(ownValue(one, key), ownValue(other, key))) return false;
  for (const key in other) if (ownValue(other, key) !== undefined && !Object.hasOwn(one, key)) return false;
  return true;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
