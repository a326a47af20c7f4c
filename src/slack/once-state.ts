import { createHmac, randomBytes } from "node:crypto";
import type { InstallURLOptions, StateStore } from "@slack/oauth";

/** How long somebody may take for an installation, in milliseconds; the cookie lives as long. */
const stateLifeMs = 600_000;
/** How many installations may be under way; the oldest is given up for a new one beyond that. */
const mostOpen = 10_000;

/**
 * States of installations: not to be guessed, good for ten minutes and for one use. They are remembered in this process
 * alone, under a keyed hash, so that a restart in the middle ends an installation in words and never lets a state in twice.
 */
export function onceState(secret: string): StateStore {
  const open = new Map<string, { readonly at: number; readonly options: InstallURLOptions }>();
  const keyOf = (state: string): string => createHmac("sha256", secret).update(state).digest("base64");
  return {
    generateStateParam: async (options, now) => {
      for (const [key, { at }] of open) {
        if (now.getTime() - at <= stateLifeMs && open.size < mostOpen) break;
        open.delete(key);
      }
      const state = randomBytes(32).toString("base64url");
      open.set(keyOf(state), { at: now.getTime(), options });
      return state;
    },
    verifyStateParam: async (now, state) => {
      const key = keyOf(state);
      const begun = open.get(key);
      // Taken away before anything is asked of it: a second use fails while the first one is under way, too.
      open.delete(key);
      if (!begun) throw invalidState("the state was used, or is not of this process");
      if (now.getTime() - begun.at > stateLifeMs) throw invalidState("the state is too old");
      return begun.options;
    },
  };
}

/** As Slack's library names it. Its class cannot be imported: Node does not find what a CommonJS module exports onward. */
function invalidState(message: string): Error {
  return Object.assign(new Error(message), { code: "slack_oauth_invalid_state" });
}
