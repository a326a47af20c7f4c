import type { AuditEvent } from "../audit/audit-log.ts";
import type { Actor } from "../shared/actor.ts";
import { Problem } from "../problem/problem.ts";

/**
 * What a token may do, in ascending order; each includes those before it. `propose` asks people in Slack to approve a
 * change, and never changes anything itself.
 */
export const tokenScopes = ["read", "propose", "change"] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Whether a scope includes another. */
export function scopeIsEnough(has: TokenScope, needs: TokenScope): boolean {
  return tokenScopes.indexOf(has) >= tokenScopes.indexOf(needs);
}

/** Whose rights a token has: a person in Slack, or somebody with a shell on the server. */
export type TokenOwner = Extract<Actor, { readonly kind: "user" | "cli" }>;

/** A token of the HTTP API. Its secret is shown once; only the SHA-256 of that is stored. */
export interface ApiToken {
  readonly id: string;
  /** At any time, one token of a workspace has this name. */
  readonly name: string;
  readonly owner: TokenOwner;
  readonly scope: TokenScope;
  /** The connections whose numbers it may see; undefined for all, also later ones. */
  readonly connectionIds: readonly string[] | undefined;
  /** UTC, ISO 8601. */
  readonly madeAt: string;
  readonly expiresAt: string;
  /** To the minute. */
  readonly lastUsedAt: string | undefined;
}

/** The most tokens of a workspace. */
export const maxTokens = 50;
/** The longest and the usual life of a token, in days. */
export const maxTokenDays = 90;
export const usualTokenDays = 30;

/** What secrets begin with, so that scanners for secrets find them in code. */
export const tokenPrefix = "pbt_";
/** 256 random bits in base64url. */
export const tokenSecretPattern = /^pbt_[\w-]{43}$/u;

const namePattern = /^[a-z0-9][a-z0-9._-]{0,39}$/u;

/** The name of a token as the audit log can show it in one word. Throws invalid_input. */
export function tokenName(typed: string): string {
  const name = typed.trim();
  if (namePattern.test(name)) return name;
  throw new Problem(
    "invalid_input",
    "A token's name has 1 to 40 lower-case letters, digits, dots, hyphens and underscores, and begins with a letter or digit.",
    { field: "name" },
  );
}

/** Who acts when a token is used. */
export function tokenActor({ name, owner }: Pick<ApiToken, "name" | "owner">): Actor {
  return { kind: "token", name, ...(owner.kind === "user" ? { forUserId: owner.userId } : {}) };
}

/** Whether a token may see and change the numbers of a connection, as far as its list of connections says. */
export function reachesConnection(
  { connectionIds }: Pick<ApiToken, "connectionIds">,
  connectionId: string,
): boolean {
  return connectionIds === undefined || connectionIds.includes(connectionId);
}

/** The tokens of one workspace. */
export interface ApiTokens {
  /** The tokens that can be read, by name, including those that expired a moment ago. */
  list(): Promise<readonly ApiToken[]>;
  /** The ids of the others: they authenticate nobody, and can be removed. */
  unreadable(): Promise<readonly string[]>;
  /** Undefined if it is no longer stored. Throws an ordinary error if it cannot be read. */
  find(id: string): Promise<ApiToken | undefined>;
  /**
   * Stores a token with its entry. Throws invalid_input if there is one of that name or there are too many, and
   * not_recorded.
   */
  make(token: ApiToken, hash: string, event: AuditEvent<"token.made">): Promise<void>;
  /**
   * Removes a token with its entry. Returns false, and writes nothing, if it is no longer stored. Throws not_recorded.
   */
  remove(id: string, event: AuditEvent<"token.revoked" | "token.expired">): Promise<boolean>;
  /** Notes that it was used. */
  noteUse(id: string, at: Date): Promise<void>;
}
