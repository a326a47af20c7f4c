import {
  maxTokenDays,
  tokenName,
  usualTokenDays,
  type ApiToken,
  type TokenOwner,
  type TokenScope,
} from "../../domain/access/api-token.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { recordRefusal, requireRoleAudited, assertRole } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { tokenEvent, unreadableEvent } from "./token-event.ts";
import { newTokenSecret, tokenHash } from "./token-secret.ts";

const dayMs = 24 * 60 * 60_000;
const act = "manage the API's tokens";

/** What a person says about a new token. */
export interface NewToken {
  readonly name: string;
  readonly scope: TokenScope;
  /** The ids of its connections; undefined for all. */
  readonly connectionIds?: readonly string[] | undefined;
  /** After how many days it expires. */
  readonly days?: number | undefined;
}

/** A new token. Its secret is nowhere else, so it can be shown only now. */
export interface MadeToken {
  readonly token: ApiToken;
  readonly secret: string;
}

/** The tokens of a workspace, and the ids of those that cannot be read, which nobody can use. */
export interface TokenList {
  readonly tokens: readonly ApiToken[];
  readonly unreadable: readonly string[];
}

/** The tokens of the workspace, for an admin. Throws not_allowed. */
export async function listTokens(ctx: Context): Promise<TokenList> {
  await requireRoleAudited(ctx, "admin", act);
  const { tokens } = ctx.workspace;
  return { tokens: await tokens.list(), unreadable: await tokens.unreadable() };
}

/**
 * Makes a token that acts with the rights of the admin who makes it, with its entry. Throws not_allowed, invalid_input,
 * not_found for a connection that does not exist, and not_recorded.
 */
export async function makeToken(ctx: Context, wanted: NewToken): Promise<MadeToken> {
  return orRecorded(ctx, async () => {
    await assertRole(ctx, "admin", act);
    const token = await newToken(ctx, wanted);
    const secret = newTokenSecret();
    await ctx.workspace.tokens.make(token, await tokenHash(secret), tokenEvent(ctx, "token.made", token));
    return { token, secret };
  });
}

/** What was revoked; of a token that cannot be read, only its id is known. */
export interface RevokedToken {
  readonly id: string;
  readonly name: string;
  readonly token: ApiToken | undefined;
}

/** Revokes a token by its id or name, for an admin, with its entry. Throws not_allowed, not_found and not_recorded. */
export async function revokeToken(ctx: Context, idOrName: string): Promise<RevokedToken> {
  return orRecorded(ctx, async () => {
    await assertRole(ctx, "admin", act);
    const { tokens } = ctx.workspace;
    const all = await tokens.list();
    const token = all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name === idOrName);
    if (token && (await tokens.remove(token.id, tokenEvent(ctx, "token.revoked", token))))
      return { id: token.id, name: token.name, token };
    const unreadable = (await tokens.unreadable()).find((id) => id === idOrName);
    if (unreadable !== undefined && (await tokens.remove(unreadable, unreadableEvent(ctx, unreadable))))
      return { id: unreadable, name: unreadable, token: undefined };
    throw new Problem("not_found", "There is no such token. It was revoked, or has expired.", {
      field: "token",
      nearest: all.map(({ name }) => name),
    });
  });
}

async function newToken(ctx: Context, { name, scope, connectionIds, days }: NewToken): Promise<ApiToken> {
  const owner = ownerOf(ctx);
  if (scope === "propose" && owner.kind === "cli")
    throw new Problem(
      "invalid_input",
      "A token that proposes changes belongs to a person in Slack: that person cannot approve them. Make it with --as and the id of that person (U…).",
      { field: "scope" },
    );
  if (connectionIds?.length === 0)
    throw new Problem("invalid_input", "Choose at least one connection.", { field: "connections" });
  for (const id of connectionIds ?? []) await ctx.workspace.connections.get(id);
  const now = ctx.now();
  return {
    id: ctx.newId("tok"),
    name: tokenName(name),
    owner,
    scope,
    connectionIds: connectionIds && [...new Set(connectionIds)],
    madeAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + tokenLifeMs(days)).toISOString(),
    lastUsedAt: undefined,
  };
}

/** How long a token of so many days lives. Throws invalid_input. */
export function tokenLifeMs(days = usualTokenDays): number {
  if (Number.isInteger(days) && days >= 1 && days <= maxTokenDays) return days * dayMs;
  throw new Problem("invalid_input", `A token expires after 1 to ${maxTokenDays} days.`, { field: "days" });
}

/** Nobody makes a token with the rights of somebody else. Throws not_allowed. */
function ownerOf({ actor, workspace }: Context): TokenOwner {
  switch (actor.kind) {
    case "user":
      return actor;
    case "cli":
      return actor.forUserId === undefined
        ? actor
        : { kind: "user", userId: actor.forUserId, workspaceId: workspace.id };
    case "system":
    case "token":
      throw new Problem("not_allowed", "Only a person can make a token.");
  }
}

async function orRecorded<Result>(ctx: Context, change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}
