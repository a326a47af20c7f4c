import type { Scope } from "../../domain/scope.ts";

/** A scope as the two columns that keep it: connection and number, each empty where it stands for all. */
export function scopeColumns({ connectionId = "", numberId = "" }: Scope): readonly [string, string] {
  return [connectionId, numberId];
}
