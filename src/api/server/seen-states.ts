import { LRUCache } from "lru-cache";
import type { Snapshot } from "../../domain/numbers/change.ts";
import type { SeenStates } from "./api-route.ts";

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
