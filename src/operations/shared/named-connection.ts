import { normalizeName } from "../../domain/text/normalize-name.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";

/**
 * The connection with this id or name; undefined if there is none. Throws invalid_input if several names look the
 * same: their ids distinguish them, and Patchbay does not choose.
 */
export function namedConnection(all: readonly Connection[], text: string): Connection | undefined {
  const typed = text.trim();
  const byId = all.find(({ id }) => id === typed);
  if (byId) return byId;
  const found = all.filter(({ name }) => normalizeName(name) === normalizeName(typed));
  if (found.length < 2) return found[0];
  const each = found.map(({ name, id }) => `“${name}” (${id})`).join(", ");
  throw new Problem(
    "invalid_input",
    `More than one connection is called “${typed}”: ${each}. Say which by its id.`,
  );
}
