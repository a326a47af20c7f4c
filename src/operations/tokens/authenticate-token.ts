import { tokenSecretPattern, type ApiToken } from "../../domain/access/api-token.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { tokenHash } from "./token-secret.ts";

/** A token that was presented, and its workspace. */
export interface AuthenticatedToken {
  readonly workspaceId: string;
  readonly token: ApiToken;
}

/** What it takes to look for a token. */
interface AuthenticateOptions {
  readonly store: Pick<Store, "tokenByHash" | "workspace">;
  readonly log: Log;
  now(): Date;
}

/** How old the noted time of a token's last use may be, in milliseconds. */
const noteEveryMs = 60_000;

/**
 * The token with this secret, and notes its use. Undefined if it is unknown, revoked or expired: nobody learns which.
 */
export async function authenticateToken(
  options: AuthenticateOptions,
  secret: string,
): Promise<AuthenticatedToken | undefined> {
  if (!tokenSecretPattern.test(secret)) return undefined;
  const { store, now } = options;
  const found = await store.tokenByHash(await tokenHash(secret));
  const at = now();
  if (!found || Date.parse(found.token.expiresAt) <= at.getTime()) return undefined;
  const { lastUsedAt } = found.token;
  if (lastUsedAt === undefined || at.getTime() - Date.parse(lastUsedAt) >= noteEveryMs)
    await noteUse(options, found, at);
  return found;
}

/** A full disk keeps nobody from reading. */
async function noteUse(
  { store, log }: Pick<AuthenticateOptions, "store" | "log">,
  { workspaceId, token: { id } }: AuthenticatedToken,
  at: Date,
): Promise<void> {
  try {
    await store.workspace(workspaceId).tokens.noteUse(id, at);
  } catch (err) {
    if (!isProblem(err, "not_recorded")) throw err;
    log.warn({ workspace: workspaceId, token: id, err }, "use of a token not noted");
  }
}
