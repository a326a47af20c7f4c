import { createHash } from "node:crypto";
import type { Snapshot } from "../../domain/numbers/change.ts";
import { LRUCache } from "lru-cache";
import type { SeenStates } from "./api-route.ts";

/** The strong ETag of a number: a hash of the fields that Patchbay changes. */
export function etagOf(state: Snapshot): string {
  const fields = Object.entries(state).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `"${createHash("sha256").update(JSON.stringify(fields)).digest("base64url")}"`;
}

const mostStates = 5_000;

/** Remembers the states that this process has sent last. */
export function seenStates(): SeenStates {
  const states = new LRUCache<string, Snapshot>({ max: mostStates });
  const keyOf = (workspaceId: string, etag: string): string => `${workspaceId} ${etag}`;
  return {
    note: (workspaceId, etag, state) => void states.set(keyOf(workspaceId, etag), state),
    find: (workspaceId, etag) => states.get(keyOf(workspaceId, etag)),
  };
}
