import type { NumberKey } from "./phone-number.ts";

/** The scope of a freeze or a protection: one number, all numbers of a connection, or all numbers of the workspace. */
export interface Scope {
  readonly connectionId?: string | undefined;
  /** Only set together with `connectionId`. */
  readonly numberId?: string | undefined;
}

export function covers({ connectionId, numberId }: Scope, key: NumberKey): boolean {
  if (connectionId !== undefined && connectionId !== key.connectionId) return false;
  return numberId === undefined || numberId === key.numberId;
}

export function sameScope(one: Scope, other: Scope): boolean {
  return one.connectionId === other.connectionId && one.numberId === other.numberId;
}
