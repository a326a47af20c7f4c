import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { InstallURLOptions, StateStore } from "@slack/oauth";
import { z } from "zod";
import type { Installations } from "../../domain/ports/installations.ts";

/** How long an installation may take, in milliseconds. The cookie expires then, too. */
const stateLifeMs = 600_000;

const stateSchema = z.object({
  /** Unix milliseconds. */
  at: z.number(),
  scopes: z.array(z.string()),
});

/**
 * The states of installations: unguessable and valid once, for ten minutes, on every server with the same secret. A
 * state contains its data with a keyed hash, so opening the install page stores nothing, however often somebody does.
 * Slack's library binds it to one browser with a cookie. Only used states are stored.
 */
export function oauthStateStore(
  secret: string,
  { claimState }: Pick<Installations, "claimState">,
): StateStore {
  const key = createHmac("sha256", secret).update("patchbay installation states").digest();
  const seal = (body: string): string => createHmac("sha256", key).update(body).digest("base64url");

  const read = (state: string): z.infer<typeof stateSchema> => {
    const [body = "", hash = "", ...rest] = state.split(".");
    if (rest.length > 0 || !isSame(hash, seal(body))) throw invalidState("the state is not of this server");
    const [payload = ""] = body.split("~");
    return stateSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  };
  return {
    generateStateParam: async ({ scopes }, now) => {
      const payload = JSON.stringify({ at: now.getTime(), scopes: [scopes].flat() });
      const body = `${Buffer.from(payload).toString("base64url")}~${randomBytes(32).toString("base64url")}`;
      return `${body}.${seal(body)}`;
    },
    verifyStateParam: async (now, state): Promise<InstallURLOptions> => {
      const { at, scopes } = read(state);
      // In both directions: otherwise a clock that was ahead would have made a state that is valid for longer.
      if (Math.abs(now.getTime() - at) > stateLifeMs) throw invalidState("the state is too old");
      // Before any request, so that a second use fails even while the first one is running.
      const id = createHash("sha256").update(state).digest("base64url");
      if (!(await claimState(id))) throw invalidState("the state was used");
      return { scopes };
    },
  };
}

function isSame(given: string, right: string): boolean {
  const digest = (value: string): Buffer => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(given), digest(right));
}

/**
 * The error's name in Slack's library. Its class cannot be imported, because Node does not see re-exports of a CommonJS
 * module.
 */
function invalidState(message: string): Error {
  return Object.assign(new Error(message), { code: "slack_oauth_invalid_state" });
}
