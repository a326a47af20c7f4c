import type Database from "better-sqlite3";
import { connectionNameKey } from "../../domain/connection-name.ts";

interface Row {
  readonly workspaceId: string;
  readonly id: string;
  readonly name: string;
}

/**
 * Gives connections the key by which their names are the same to people. Of several that share one since before, the oldest
 * has the key, and each of the others that key with its own id behind it: all of them stay as they are.
 */
export function connectionNameKeys(db: Database.Database): void {
  const rows = db
    .prepare<[], Row>(
      "SELECT workspace_id AS workspaceId, id, name FROM connections ORDER BY workspace_id, created_at, id",
    )
    .all();
  const set = db.prepare("UPDATE connections SET name_key = ? WHERE workspace_id = ? AND id = ?");
  // Out of the way first: a key may be the former key of another one.
  for (const { workspaceId, id, name } of rows) set.run(sharedNameKey(name, id), workspaceId, id);
  const taken = new Set<string>();
  for (const { workspaceId, id, name } of rows) {
    const key = connectionNameKey(name);
    const place = JSON.stringify([workspaceId, key]);
    if (!taken.has(place)) set.run(key, workspaceId, id);
    taken.add(place);
  }
}

/** The key of a connection whose name another one had before. No name has a line break in its key. */
function sharedNameKey(name: string, id: string): string {
  return `${connectionNameKey(name)}\n${id}`;
}
