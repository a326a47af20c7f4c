import { tokenSecretPattern, type ApiToken } from "../../domain/access/api-token.ts";
import type { Store } from "../../domain/ports/store.ts";
import { tokenHash } from "./token-secret.ts";

/** A token that was presented, and its workspace. */
export interface AuthenticatedToken {
  readonly workspaceId: string;
  readonly token: ApiToken;
}

/** How old the noted time of a token's last use may be, in milliseconds. */
const noteEveryMs = 60_000;

/**
 * The token with this secret, and notes its use. Undefined if it is unknown, revoked or expired: nobody learns which.
 */
export async function authenticateToken(
  { store, now }: { readonly store: Pick<Store, "tokenByHash" | "workspace">; now(): Date },
  secret: string,
): Promise<AuthenticatedToken | undefined> {
  if (!tokenSecretPattern.test(secret)) return undefined;
  const found = await store.tokenByHash(await tokenHash(secret));
  const at = now();
  if (!found || Date.parse(found.token.expiresAt) <= at.getTime()) return undefined;
  const { id, lastUsedAt } = found.token;
  if (lastUsedAt === undefined || at.getTime() - Date.parse(lastUsedAt) >= noteEveryMs)
    await store.workspace(found.workspaceId).tokens.noteUse(id, at);
  return found;
}
