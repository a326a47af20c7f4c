import { createHash } from "node:crypto";
import { ClearStateStore, InvalidStateError, type StateStore } from "@slack/oauth";

/** How long somebody may take for an installation, in milliseconds; the cookie lives as long. */
export const stateLifeMs = 600_000;
/** How many installations may be under way; the oldest is given up for a new one beyond that. */
const mostOpen = 10_000;

/**
 * States of installations: signed, good for ten minutes and for one use. They are remembered in this process alone, so that
 * a restart in the middle ends an installation in words, and never lets a state in twice.
 */
export function onceState(secret: string): StateStore {
  const signed = new ClearStateStore(secret, stateLifeMs / 1000);
  const open = new Map<string, number>();
  return {
    generateStateParam: async (options, now) => {
      const state = await signed.generateStateParam(options, now);
      for (const [key, at] of open) {
        if (now.getTime() - at <= stateLifeMs && open.size < mostOpen) break;
        open.delete(key);
      }
      open.set(digest(state), now.getTime());
      return state;
    },
    verifyStateParam: async (now, state) => {
      // Taken away before anything is asked of it: a second use fails while the first one is under way, too.
      if (!open.delete(digest(state)))
        throw new InvalidStateError("the state was used, or is not of this process");
      return signed.verifyStateParam(now, state);
    },
  };
}

function digest(state: string): string {
  return createHash("sha256").update(state).digest("base64");
}
