import type { Workspace } from "../emulated-workspace.ts";
import { nowMs, secret } from "../ids.ts";
import { type Json, stringOf } from "../json.ts";

const refusal = (error: string): Json => ({ ok: false, error });

/** What a refresh token belongs to, and the workspaces that its access tokens are valid for. */
interface Grant {
  readonly workspaces: readonly Workspace[];
  /** The other fields of every response with a new token: app, bot user, team, scopes. */
  readonly about: Json;
}

/**
 * Token rotation (docs.slack.dev/authentication/using-token-rotation): an access token expires after twelve hours; a
 * refresh token can be used once and returns a new pair. A refreshed access token stays valid until its own expiry.
 */
export interface TokenRotation {
  /** Replaces the long-lived token of a response by an expiring one with a refresh token. */
  begin(answer: Json, workspaces: readonly Workspace[]): Json;
  /** `oauth.v2.access` with grant_type=refresh_token, after its client was checked. */
  refresh(refreshToken: string): Json;
  /** `oauth.v2.exchange`: exchanges a long-lived token, once, for an expiring one. */
  exchange(token: string, workspaces: readonly Workspace[], about: Json): Json;
  isExpired(token: string): boolean;
}

/** The rotating tokens of one fake. `lifetime` returns the lifetime of a new one in seconds. */
export function tokenRotation(lifetime: () => number): TokenRotation {
  const grants = new Map<string, Grant>();
  const ends = new Map<string, number>();
  const exchanged = new Set<string>();

  const issue = ({ workspaces, about }: Grant): Json => {
    const seconds = lifetime();
    const access_token = `xoxe.xoxb-1-${secret()}`;
    const refresh_token = `xoxe-1-${secret()}`;
    ends.set(access_token, nowMs() + seconds * 1000);
    grants.set(refresh_token, { workspaces, about });
    for (const { tokens } of workspaces) tokens.add(access_token);
    return { ...about, ok: true, token_type: "bot", access_token, refresh_token, expires_in: seconds };
  };
  return {
    begin: (answer, workspaces) => {
      for (const { tokens } of workspaces) tokens.delete(stringOf(answer["access_token"]));
      return issue({ workspaces, about: answer });
    },
    refresh: (refreshToken) => {
      const grant = grants.get(refreshToken);
      if (grant === undefined) return refusal("invalid_refresh_token");
      grants.delete(refreshToken);
      return issue(grant);
    },
    exchange: (token, workspaces, about) => {
      if (exchanged.has(token)) return refusal("token_already_exchanged");
      if (workspaces.length === 0 || ends.has(token)) return refusal("invalid_token");
      exchanged.add(token);
      return issue({ workspaces, about });
    },
    isExpired: (token) => (ends.get(token) ?? Infinity) <= nowMs(),
  };
}
