import { isProblem } from "../../domain/problem/problem.ts";
import type { ShortLivedSecrets } from "../../domain/ports/short-lived-secrets.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { aside, run } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import type { Keeping } from "../workflow/notifications.ts";

/** Slack accepts a `response_url` for half an hour, in milliseconds. */
const keptMs = 30 * 60_000;

/** The short-lived secrets of one workspace. Keeping one removes a few that are too old. */
export function storedShortLivedSecrets(
  db: WorkspaceDatabase,
  seal: Seal,
  { now, removable }: Keeping,
): ShortLivedSecrets {
  const place = (id: string): readonly string[] => ["short-lived", db.workspaceId, id];
  const oldest = (): string => new Date(now().getTime() - keptMs).toISOString();
  const open = (row: Sealed | undefined, id: string): string | undefined => {
    if (!row) return undefined;
    try {
      return seal.open(row, place(id), { owner: "a request", remedy: "It is not needed any more soon." });
    } catch (error) {
      if (isProblem(error, "not_connected")) return undefined;
      throw error;
    }
  };
  return {
    async keep(id, text) {
      const { keyId, sealed } = seal.seal(text, place(id));
      await db.write(function* () {
        const before = removable(keptMs);
        if (before) yield* run(forgetSql, { before: before.toISOString() });
        yield* db.run(keepSql, { id, keyId, sealed, at: now().toISOString() });
        // Whatever needs one has another way without it.
      }, aside);
    },
    async find(id) {
      return open(await db.first<Sealed>(findSql, { id, oldest: oldest() }), id);
    },
    async take(id) {
      const row = await db.write(() => db.row<Sealed>(takeSql, { id, oldest: oldest() }));
      return open(row, id);
    },
  };
}

const forgetSql = `DELETE FROM short_lived_secrets WHERE (workspace_id, id) IN (
  SELECT workspace_id, id FROM short_lived_secrets WHERE kept_at < @before
  ORDER BY kept_at LIMIT 20 FOR UPDATE SKIP LOCKED)`;
const keepSql = `INSERT INTO short_lived_secrets VALUES (@workspaceId, @id, @keyId, @sealed, @at)
  ON CONFLICT (workspace_id, id) DO UPDATE SET
    key_id = excluded.key_id, sealed = excluded.sealed, kept_at = excluded.kept_at`;
const ofId = "WHERE workspace_id = @workspaceId AND id = @id AND kept_at >= @oldest";
const findSql = `SELECT key_id AS "keyId", sealed FROM short_lived_secrets ${ofId}` as const;
const takeSql = `DELETE FROM short_lived_secrets ${ofId} RETURNING key_id AS "keyId", sealed` as const;
