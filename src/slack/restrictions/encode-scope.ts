import type { Scope } from "../../domain/scope.ts";
import { Problem } from "../../domain/problem.ts";

/** A scope as the value of a button: connection and number, each empty where it stands for all. */
export function scopeText({ connectionId = "", numberId = "" }: Scope): string {
  return `${connectionId}/${numberId}`;
}

/** Reads `scopeText` back. Throws invalid_input for anything else. */
export function readScope(text: string | undefined): Scope {
  const [, connectionId, numberId] = /^([^/]*)\/(.*)$/su.exec(text ?? "") ?? [];
  if (connectionId === undefined || (connectionId === "" && numberId !== "")) {
    throw new Problem("invalid_input", "This button belongs to another version of Patchbay.");
  }
  return { connectionId: connectionId || undefined, numberId: numberId || undefined };
}
