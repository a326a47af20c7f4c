import { createHash } from "node:crypto";
import { removableSince } from "../../domain/shared/age.ts";
import type { Installations, StoredInstallation } from "../../domain/ports/installations.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { rows, run, type Database, type Work } from "../database/database.ts";
import { workspaceDatabase, type WorkspaceDatabase } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";
import { interruptedWorkspaces, wipeWorkspace } from "./wipe-workspace.ts";

/** The installations of Patchbay in Slack, each encrypted for its workspace. */
export function storedInstallations(database: Database, seal: Seal, sources: StoreDeps): Installations {
  const { now, monotonicMs = () => now().getTime() } = sources;
  const removable = removableSince({ now, monotonicMs });
  const of = (key: string): WorkspaceDatabase => workspaceDatabase(database, key);
  function* removeRow(db: WorkspaceDatabase, notAfter: Date | undefined): Work<boolean> {
    const limit = notAfter?.toISOString() ?? null;
    return (yield* db.run(removeSql, { limit })) > 0;
  }

  return {
    async save(key, installation, installedAt, event) {
      const { keyId, sealed } = seal.seal(JSON.stringify(installation), installationPlace(key));
      const db = of(key);
      const count = await db.write(function* () {
        yield* db.run(saveSql, { installedAt: installedAt.toISOString(), keyId, sealed });
        yield* db.signal({ about: "installation" });
        yield* checkPlansAgain(db);
        // Appended within the transaction; `appended` is called after it.
        return event && (yield* appendEntry(db, event, sources)).position;
      });
      if (count !== undefined) sources.appended?.(key, count);
    },

    async renew(key, installation, installedAt) {
      const { keyId, sealed } = seal.seal(JSON.stringify(installation), installationPlace(key));
      const db = of(key);
      const values = { keyId, sealed, installedAt: installedAt.toISOString() };
      const renewed = (await db.write(() => db.run(renewSql, values))) > 0;
      if (renewed) database.scrub();
      return renewed;
    },

    async find(key) {
      const row = await of(key).first<Sealed & { readonly installedAt: string }>(findSql);
      if (!row) return undefined;
      const text = seal.open(row, installationPlace(key), {
        owner: `the Slack installation of ${key}`,
        remedy: "Install Patchbay in that workspace again, or put the missing key back.",
      });
      const installation: unknown = JSON.parse(text);
      return { key, installation, installedAt: row.installedAt };
    },

    async remove(key, { notAfter } = {}) {
      const db = of(key);
      const removed = await db.write(() => removeRow(db, notAfter));
      if (removed) database.scrub();
      return removed;
    },

    wipe: async (key, { notAfter, record = () => [] } = {}) => {
      const db = of(key);
      return wipeWorkspace({ db, sources, record }, function* () {
        if (yield* removeRow(db, notAfter)) return "removed";
        const isInstalled = "SELECT 1 FROM installations WHERE workspace_id = @workspaceId";
        return (yield* db.row(isInstalled)) ? "newer" : "none";
      });
    },

    interrupted: async () => interruptedWorkspaces(database),

    async claimState(id) {
      return database.write(function* () {
        const before = removable(stateKeptMs);
        if (before) yield* run(forgetStatesSql, { before: before.toISOString() });
        return (yield* run(claimStateSql, { id, at: now().toISOString() })) === 1;
      });
    },

    async botTokenSince(key, botToken, at) {
      const db = of(key);
      const known = {
        token: createHash("sha256").update(botToken).digest("base64url"),
        at: at.toISOString(),
      };
      return db.write(function* () {
        yield* db.run(noteTokenSql, known);
        const row = yield* db.row<{ since: string }>(
          "SELECT since FROM bot_tokens WHERE workspace_id = @workspaceId",
        );
        return new Date(row?.since ?? at);
      });
    },

    async list() {
      const sql =
        'SELECT workspace_id AS key, installed_at AS "installedAt" FROM installations ORDER BY workspace_id';
      return database.read(rows<Pick<StoredInstallation, "key" | "installedAt">>(sql));
    },
  };
}

/** Schedules the checks of the failover plans that were stored before, which uninstalling has cancelled. */
function* checkPlansAgain(db: WorkspaceDatabase): Work<void> {
  for (const { slug } of yield* db.rows<{ slug: string }>(plansSql))
    yield* scheduleWork(db, { kind: "plan_readiness", itemId: slug });
}

const plansSql = "SELECT slug FROM plans WHERE workspace_id = @workspaceId AND removed_at IS NULL";
const removeSql = `DELETE FROM installations
  WHERE workspace_id = @workspaceId AND (CAST(@limit AS TEXT) IS NULL OR installed_at <= @limit)`;
const saveSql = `INSERT INTO installations (workspace_id, installed_at, key_id, sealed)
  VALUES (@workspaceId, @installedAt, @keyId, @sealed)
  ON CONFLICT (workspace_id) DO UPDATE SET
    installed_at = excluded.installed_at, key_id = excluded.key_id, sealed = excluded.sealed`;
const renewSql = `UPDATE installations SET key_id = @keyId, sealed = @sealed
  WHERE workspace_id = @workspaceId AND installed_at = @installedAt`;
const findSql = `SELECT installed_at AS "installedAt", key_id AS "keyId", sealed
  FROM installations WHERE workspace_id = @workspaceId`;

/** How long a used state is stored, in milliseconds: longer than it is valid. */
const stateKeptMs = 30 * 60_000;
const claimStateSql = "INSERT INTO used_install_states VALUES (@id, @at) ON CONFLICT DO NOTHING";
const forgetStatesSql = `DELETE FROM used_install_states WHERE id IN (
  SELECT id FROM used_install_states WHERE used_at < @before ORDER BY used_at LIMIT 20 FOR UPDATE SKIP LOCKED)`;
const noteTokenSql = `INSERT INTO bot_tokens VALUES (@workspaceId, @token, @at)
  ON CONFLICT (workspace_id) DO UPDATE SET token_hash = excluded.token_hash, since = excluded.since
  WHERE bot_tokens.token_hash <> excluded.token_hash`;

/** The place that an installation is encrypted for. */
export function installationPlace(key: string): readonly string[] {
  return ["installation", key];
}
