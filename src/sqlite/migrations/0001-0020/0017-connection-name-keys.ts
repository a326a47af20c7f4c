import type Database from "better-sqlite3";
import { connectionNameKey } from "../../../domain/connections/connection-name.ts";

interface Row {
  readonly workspaceId: string;
  readonly id: string;
  readonly name: string;
}

/**
 * Stores a normalized key for each connection's name. If several connections already share a key, the oldest one gets it,
 * and the others get the key with their own id appended, so that all of them stay valid.
 */
export function connectionNameKeys(db: Database.Database): void {
  const rows = db
    .prepare<[], Row>(
      "SELECT workspace_id AS workspaceId, id, name FROM connections ORDER BY workspace_id, created_at, id",
    )
    .all();
  const set = db.prepare("UPDATE connections SET name_key = ? WHERE workspace_id = ? AND id = ?");
  // First a unique key for each, because a new key may equal the old key of another connection.
  for (const { workspaceId, id, name } of rows) set.run(sharedNameKey(name, id), workspaceId, id);
  const taken = new Set<string>();
  for (const { workspaceId, id, name } of rows) {
    const key = connectionNameKey(name);
    const place = JSON.stringify([workspaceId, key]);
    if (!taken.has(place)) set.run(key, workspaceId, id);
    taken.add(place);
  }
}

/** The key of a connection whose name was taken. No normalized name contains a line break. */
function sharedNameKey(name: string, id: string): string {
  return `${connectionNameKey(name)}\n${id}`;
}
