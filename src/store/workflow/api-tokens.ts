import { z } from "zod";
import { maxTokens, tokenScopes, type ApiToken, type ApiTokens } from "../../domain/access/api-token.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { row, type Database } from "../database/database.ts";
import { parsedJson } from "../database/parsed-json.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, scheduleWork, type ScheduledWork } from "../due-work/schedule-work.ts";

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly scope: string;
  readonly connections: string | null;
  readonly made_at: string;
  readonly expires_at: string;
  readonly last_used_at: string | null;
}

const gone = new Error("the token is not kept any more");

/** The tokens of one workspace, each written together with its audit entry. */
export function storedTokens(db: WorkspaceDatabase, sources: StoreDeps): ApiTokens {
  return {
    list: async () => (await db.all<TokenRow>(listSql)).flatMap((kept) => readToken(kept) ?? []),

    unreadable: async () =>
      (await db.all<TokenRow>(listSql)).filter((kept) => !readToken(kept)).map(({ id }) => id),

    find: async (id) => {
      const sql = "SELECT * FROM api_tokens WHERE workspace_id = @workspaceId AND id = @id";
      const found = await db.first<TokenRow>(sql, { id });
      return found && tokenFromRow(found);
    },

    make: async ({ owner, connectionIds, lastUsedAt: _neverYet, ...token }, hash, event) =>
      writeAudited(db, sources, function* () {
        const kept = yield* db.rows<TokenRow>(listSql);
        if (kept.length >= maxTokens)
          throw new Problem(
            "invalid_input",
            `A workspace has at most ${maxTokens} tokens. Revoke one first.`,
          );
        if (kept.some(({ name }) => name === token.name))
          throw new Problem("invalid_input", `There is a token “${token.name}” already.`, {
            field: "name",
            next: {
              words: "Choose another name, or revoke that token first: `/number tokens`.",
              onCommandLine: `Choose another name, or revoke that token first: \`patchbay tokens revoke ${token.name}\`.`,
            },
          });
        yield* db.run(insertSql, {
          ...token,
          hash,
          owner: formatActor(owner),
          connections: connectionIds ? JSON.stringify(connectionIds) : null,
        });
        yield* scheduleWork(db, { ...workOf(token.id), dueAt: new Date(token.expiresAt) });
        return { event, result: undefined };
      }),

    remove: async (id, event) => {
      try {
        return await writeAudited(db, sources, function* () {
          const sql = "DELETE FROM api_tokens WHERE workspace_id = @workspaceId AND id = @id";
          if ((yield* db.run(sql, { id })) === 0) throw gone;
          yield* cancelWork(db, workOf(id));
          return { event, result: true };
        });
      } catch (error) {
        if (error === gone) return false;
        throw error;
      }
    },

    noteUse: async (id, at) => {
      const sql = "UPDATE api_tokens SET last_used_at = @at WHERE workspace_id = @workspaceId AND id = @id";
      await db.write(() => db.run(sql, { id, at: at.toISOString() }), { isDurable: false });
    },
  };
}

/** The token whose secret has this SHA-256, in whichever workspace it is. */
export async function tokenByHash(
  database: Database,
  hash: string,
): Promise<{ readonly workspaceId: string; readonly token: ApiToken } | undefined> {
  const sql = "SELECT * FROM api_tokens WHERE hash = @hash";
  const found = await database.read(row<TokenRow & { readonly workspace_id: string }>(sql, { hash }));
  return found && { workspaceId: found.workspace_id, token: tokenFromRow(found) };
}

function workOf(id: string): Pick<ScheduledWork, "kind" | "itemId"> {
  return { kind: "token_expiry", itemId: id };
}

const storedScope = z.enum(tokenScopes);
const storedConnections = z.array(z.string()).nullable();

/** Throws if it cannot be read: a token never gets more rights than were stored. */
function tokenFromRow(kept: TokenRow): ApiToken {
  const token = readToken(kept);
  if (token) return token;
  throw new Error(`the stored token ${kept.id} cannot be read`);
}

/** Undefined if it cannot be read. */
function readToken(kept: TokenRow): ApiToken | undefined {
  const scope = storedScope.safeParse(kept.scope);
  const connections = storedConnections.safeParse(parsedJson(kept.connections ?? "null"));
  const owner = parseActor(kept.owner);
  if (!scope.success || !connections.success) return undefined;
  if (owner.kind !== "user" && owner.kind !== "cli") return undefined;
  return {
    id: kept.id,
    name: kept.name,
    owner,
    scope: scope.data,
    connectionIds: connections.data ?? undefined,
    madeAt: kept.made_at,
    expiresAt: kept.expires_at,
    lastUsedAt: kept.last_used_at ?? undefined,
  };
}

const listSql = "SELECT * FROM api_tokens WHERE workspace_id = @workspaceId ORDER BY name";
const insertSql = `INSERT INTO api_tokens VALUES
  (@workspaceId, @id, @hash, @name, @owner, @scope, @connections, @madeAt, @expiresAt, NULL)`;
