import type { IdempotencyKeys } from "../../domain/ports/idempotency-keys.ts";
import { send } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import type { Keeping } from "./notifications.ts";

const keptMs = 24 * 60 * 60 * 1_000;

interface KeyRow {
  readonly fingerprint: string;
  readonly change_id: string;
  readonly at_ms: number;
  readonly status: number | null;
  readonly answer: string | null;
}

/** The idempotency keys of one workspace. Each claim removes a few older ones of any workspace. */
export function storedIdempotencyKeys(
  db: WorkspaceDatabase,
  { now, removable }: Pick<Keeping, "now" | "removable">,
): IdempotencyKeys {
  return {
    claim: async (request) =>
      db.write(
        function* () {
          const before = removable(keptMs);
          if (before) yield* send(forgetSql, { before: before.getTime() });
          const { tokenId, key, fingerprint, changeId } = request;
          const values = { tokenId, key, fingerprint, changeId, atMs: now().getTime() };
          if ((yield* db.run(insertSql, values)) === 1) return undefined;
          const kept = yield* db.row<KeyRow>(findSql, { tokenId, key });
          if (!kept) throw new Error("a kept idempotency key was not found");
          const { status, answer } = kept;
          return {
            fingerprint: kept.fingerprint,
            changeId: kept.change_id,
            at: new Date(kept.at_ms),
            answer: status === null || answer === null ? undefined : { status, body: answer },
          };
          // The record of the change makes its claim durable too.
        },
        { isDurable: false },
      ),

    answer: async ({ tokenId, key }, { status, body }) => {
      await db.write(() => db.run(answerSql, { tokenId, key, status, answer: body }));
    },

    release: async ({ tokenId, key }) => {
      await db.write(() => db.run(releaseSql, { tokenId, key }));
    },
  };
}

const oneSql = "workspace_id = @workspaceId AND token_id = @tokenId AND key = @key" as const;
const insertSql = `INSERT INTO idempotency_keys VALUES
  (@workspaceId, @tokenId, @key, @fingerprint, @changeId, @atMs, NULL, NULL) ON CONFLICT DO NOTHING`;
const findSql = `SELECT * FROM idempotency_keys WHERE ${oneSql}` as const;
const answerSql = `UPDATE idempotency_keys SET status = @status, answer = @answer WHERE ${oneSql}` as const;
const releaseSql = `DELETE FROM idempotency_keys WHERE ${oneSql}` as const;
const forgetSql = `DELETE FROM idempotency_keys WHERE (workspace_id, token_id, key) IN (
  SELECT workspace_id, token_id, key FROM idempotency_keys WHERE at_ms < @before
  ORDER BY at_ms LIMIT 20 FOR UPDATE SKIP LOCKED)`;
