import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { InstallURLOptions, StateStore } from "@slack/oauth";
import { z } from "zod";

/** How long somebody may take for an installation, in milliseconds; the cookie lives as long. */
const stateLifeMs = 600_000;
/** How many used states are remembered; see `oauthStateStore`. */
const maxUsed = 10_000;

const stateSchema = z.object({
  /** Unix milliseconds. */
  at: z.number(),
  scopes: z.array(z.string()),
});

/**
 * States of installations: not to be guessed, good for ten minutes and for one use, in the process that made them. A
 * state carries what it says under a keyed hash, so opening the install page costs no memory, however often it is done.
 * Slack's library ties it to one browser by a cookie. Only used states are remembered. A person who uses 10,000 states of their
 * own within ten minutes could use one of theirs again, and nobody else's: the code that comes with it is good once at Slack.
 */
export function oauthStateStore(secret: string): StateStore {
  // Another key in every process: a state that was used before a restart is not good after it.
  const key = createHmac("sha256", secret).update(randomBytes(32)).digest();
  const used = new Map<string, number>();
  const seal = (body: string): string => createHmac("sha256", key).update(body).digest("base64url");

  const read = (state: string): z.infer<typeof stateSchema> => {
    const [body = "", hash = "", ...rest] = state.split(".");
    if (rest.length > 0 || !isSame(hash, seal(body))) throw invalidState("the state is not of this process");
    const [payload = ""] = body.split("~");
    return stateSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  };
  const use = (state: string, now: Date): void => {
    for (const [known, at] of used) {
      if (Math.abs(now.getTime() - at) <= stateLifeMs && used.size < maxUsed) break;
      used.delete(known);
    }
    const id = createHash("sha256").update(state).digest("base64");
    if (used.has(id)) throw invalidState("the state was used");
    used.set(id, now.getTime());
  };
  return {
    generateStateParam: async ({ scopes }, now) => {
      const payload = JSON.stringify({ at: now.getTime(), scopes: [scopes].flat() });
      const body = `${Buffer.from(payload).toString("base64url")}~${randomBytes(32).toString("base64url")}`;
      return `${body}.${seal(body)}`;
    },
    verifyStateParam: async (now, state): Promise<InstallURLOptions> => {
      const { at, scopes } = read(state);
      // Either way: a clock that was ahead would otherwise have made a state that is good for as long as it was ahead.
      if (Math.abs(now.getTime() - at) > stateLifeMs) throw invalidState("the state is too old");
      // Before anything is asked of it: a second use fails while the first one is under way, too.
      use(state, now);
      return { scopes };
    },
  };
}

function isSame(given: string, right: string): boolean {
  const digest = (value: string): Buffer => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(given), digest(right));
}

/** As Slack's library names it. Its class cannot be imported: Node does not find what a CommonJS module exports onward. */
function invalidState(message: string): Error {
  return Object.assign(new Error(message), { code: "slack_oauth_invalid_state" });
}
