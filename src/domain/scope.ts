import type { NumberKey } from "./phone-number.ts";

/** What a freeze or a protection is about: one number, all numbers of a connection, or all of the workspace. */
export interface Scope {
  readonly connectionId?: string | undefined;
  /** Only together with its connection. */
  readonly numberId?: string | undefined;
}

/** Whether a number is within a scope. */
export function covers({ connectionId, numberId }: Scope, key: NumberKey): boolean {
  if (connectionId !== undefined && connectionId !== key.connectionId) return false;
  return numberId === undefined || numberId === key.numberId;
}

/** Whether two scopes are the same. */
export function sameScope(one: Scope, other: Scope): boolean {
  return one.connectionId === other.connectionId && one.numberId === other.numberId;
}
