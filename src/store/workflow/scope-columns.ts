import type { Scope } from "../../domain/numbers/scope.ts";

/** A scope as two columns, connection and number. An empty one stands for all. */
export function scopeColumns({ connectionId = "", numberId = "" }: Scope): {
  readonly connectionId: string;
  readonly numberId: string;
} {
  return { connectionId, numberId };
}
