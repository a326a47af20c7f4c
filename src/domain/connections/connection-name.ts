import { normalizeName } from "../text/normalize-name.ts";
import { Problem } from "../problem/problem.ts";
import { textFault } from "../text/visible-text.ts";

/** The longest name of a connection, in characters. */
const longest = 60;

/** Normalizes a name that somebody typed for storage. Throws invalid_input. */
export function connectionName(typed: string): string {
  const name = typed.trim();
  const fault = textFault(name);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "name" });
  if (name !== "" && Array.from(name).length <= longest) return name;
  throw new Problem("invalid_input", `A connection's name has 1 to ${longest} characters.`, {
    field: "name",
  });
}

/**
 * The key that makes connection names unique in the database. Names that look the same to people have the same key. It
 * is one line.
 */
export function connectionNameKey(name: string): string {
  return normalizeName(name);
}
