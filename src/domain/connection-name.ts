import { normalizeName } from "./normalize-name.ts";
import { Problem } from "./problem.ts";
import { textFault } from "./visible-text.ts";

/** The longest name of a connection, in characters. */
const longest = 60;

/** The name of a connection as it is kept, from what somebody typed. Throws invalid_input. */
export function connectionName(typed: string): string {
  const name = typed.trim();
  const fault = textFault(name);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "name" });
  if (name !== "" && Array.from(name).length <= longest) return name;
  throw new Problem("invalid_input", `A connection's name has 1 to ${longest} characters.`, {
    field: "name",
  });
}

/** What the database holds names of connections apart by: those that are the same to people have one key. It is one line. */
export function connectionNameKey(name: string): string {
  return normalizeName(name);
}
