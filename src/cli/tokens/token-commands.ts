import { z } from "zod";
import { maxTokenDays, tokenScopes, type ApiToken } from "../../domain/access/api-token.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { namedConnection } from "../../operations/shared/named-connection.ts";
import type { Context } from "../../operations/shared/context.ts";
import { listTokens, makeToken, revokeToken } from "../../operations/tokens/manage-tokens.ts";
import { controlCommand } from "../control/control-command.ts";

/** A token of the HTTP API, as JSON, without its secret. Times are UTC, ISO 8601. */
const tokenDocument = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  scope: z.enum(tokenScopes),
  /** The names of its connections, or their ids once they are removed; null for all. */
  connections: z.array(z.string()).nullable(),
  madeAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().optional(),
});
export type TokenDocument = z.infer<typeof tokenDocument>;

export const tokenList = controlCommand({
  name: "tokens.list",
  input: z.object({}),
  output: z.object({
    workspace: z.string(),
    tokens: z.array(tokenDocument),
    /** The ids of tokens that cannot be read: nobody can use them. */
    unreadable: z.array(z.string()),
  }),
  run: async (ctx) => {
    const { tokens, unreadable } = await listTokens(ctx);
    const { id: workspace } = ctx.workspace;
    return { workspace, tokens: await documentsOf(ctx, tokens), unreadable: [...unreadable] };
  },
});

export const tokenMake = controlCommand({
  name: "tokens.make",
  input: z.object({
    name: z.string().max(200),
    scope: z.enum(tokenScopes),
    /** By name or id; without them, all connections. */
    connections: z.array(z.string().max(300)).max(100).optional(),
    days: z.number().int().min(1).max(maxTokenDays).optional(),
  }),
  output: z.object({ workspace: z.string(), token: tokenDocument, secret: z.string() }),
  run: async (ctx, { connections: named, ...wanted }) => {
    const connectionIds = named && (await idsOf(ctx, named));
    const { token, secret } = await makeToken(ctx, { ...wanted, connectionIds });
    return { workspace: ctx.workspace.id, token: await documentOf(ctx, token), secret };
  },
});

export const tokenRevoke = controlCommand({
  name: "tokens.revoke",
  input: z.object({ token: z.string().max(200) }),
  output: z.object({
    workspace: z.string(),
    /** The id of what was revoked. */
    revoked: z.string(),
    /** Missing if it could not be read. */
    token: tokenDocument.optional(),
  }),
  run: async (ctx, input) => {
    const { id: revoked, token } = await revokeToken(ctx, input.token);
    return { workspace: ctx.workspace.id, revoked, token: token && (await documentOf(ctx, token)) };
  },
});

async function idsOf(ctx: Context, named: readonly string[]): Promise<string[]> {
  const all = await ctx.workspace.connections.list();
  return named.map((text) => {
    const found = namedConnection(all, text);
    if (found) return found.id;
    const nearest = all.map(({ name }) => name);
    throw new Problem("not_found", `There is no connection “${text}”.`, { field: "connection", nearest });
  });
}

async function documentOf(ctx: Context, token: ApiToken): Promise<TokenDocument> {
  const connections = await ctx.workspace.connections.list();
  const names = new Map(connections.map(({ id, name }) => [id, name]));
  const { id, name, owner, scope, connectionIds, madeAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name,
    owner: formatActor(owner),
    scope,
    connections: connectionIds?.map((one) => names.get(one) ?? one) ?? null,
    madeAt,
    expiresAt,
    lastUsedAt,
  };
}

async function documentsOf(ctx: Context, tokens: readonly ApiToken[]): Promise<TokenDocument[]> {
  return Promise.all(tokens.map(async (token) => documentOf(ctx, token)));
}
