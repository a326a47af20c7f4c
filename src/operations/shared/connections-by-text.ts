import type { Connection } from "../../domain/connections/connections.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { namedConnection } from "./named-connection.ts";

/** How people refer to a connection in a file: by id, or by a name that no other connection looks like. */
export function connectionIdsByText(all: readonly Connection[]): (text: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (text) => {
    if (!known.has(text)) known.set(text, onlyConnection(all, text)?.id);
    return known.get(text);
  };
}

/** The name of a connection if it identifies it, else its id. */
export function connectionTextOf(all: readonly Connection[]): (connectionId: string) => string {
  return (connectionId) => {
    const name = all.find(({ id }) => id === connectionId)?.name;
    return name !== undefined && onlyConnection(all, name)?.id === connectionId ? name : connectionId;
  };
}

function onlyConnection(all: readonly Connection[], text: string): Connection | undefined {
  try {
    return namedConnection(all, text);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
