import type { Installations, StoredInstallation } from "../../domain/installations.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { emptyWriteAheadLog, prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { writeTransaction } from "../connection/write-transaction.ts";
import { interruptedWorkspaces, wipeWorkspace } from "./wipe-workspace.ts";

/** The installations of Patchbay in Slack, each encrypted for its workspace. */
export function sqliteInstallations(db: SqliteDatabase, seal: Seal, sources: StoreDeps): Installations {
  const removeRow = (key: string, notAfter: Date | undefined): boolean => {
    const sql = "DELETE FROM installations WHERE workspace_id = ? AND (? IS NULL OR installed_at <= ?)";
    const limit = notAfter?.toISOString() ?? null;
    return prepared(db, sql).run(key, limit, limit).changes > 0;
  };
  const isInstalled = (key: string): boolean =>
    prepared(db, "SELECT 1 FROM installations WHERE workspace_id = ?").get(key) !== undefined;

  return {
    async save(key, installation, installedAt, event) {
      const { keyId, sealed } = seal.seal(JSON.stringify(installation), installationPlace(key));
      const count = await writeTransaction(db, () => {
        prepared(
          db,
          `INSERT INTO installations (workspace_id, installed_at, key_id, sealed) VALUES (?, ?, ?, ?)
           ON CONFLICT (workspace_id) DO UPDATE SET
             installed_at = excluded.installed_at, key_id = excluded.key_id, sealed = excluded.sealed`,
        ).run(key, installedAt.toISOString(), keyId, sealed);
        // Appended within the transaction; `appended` is called after it.
        return event && appendEntry(db, key, event, sources).position;
      });
      if (count !== undefined) sources.appended?.(key, count);
    },

    async renew(key, installation, installedAt) {
      const { keyId, sealed } = seal.seal(JSON.stringify(installation), installationPlace(key));
      const renewed = await writeTransaction(db, () => {
        const sql =
          "UPDATE installations SET key_id = ?, sealed = ? WHERE workspace_id = ? AND installed_at = ?";
        return prepared(db, sql).run(keyId, sealed, key, installedAt.toISOString()).changes > 0;
      });
      if (renewed) emptyWriteAheadLog(db);
      return renewed;
    },

    async find(key) {
      const sql = `SELECT installed_at AS installedAt, key_id AS keyId, sealed
        FROM installations WHERE workspace_id = ?`;
      const row = prepared<Sealed & { readonly installedAt: string }>(db, sql).get(key);
      if (!row) return undefined;
      const text = seal.open(row, installationPlace(key), {
        owner: `the Slack installation of ${key}`,
        remedy: "Install Patchbay in that workspace again, or put the missing key back.",
      });
      const installation: unknown = JSON.parse(text);
      return { key, installation, installedAt: row.installedAt };
    },

    async remove(key, { notAfter } = {}) {
      const removed = await writeTransaction(db, () => removeRow(key, notAfter));
      if (removed) emptyWriteAheadLog(db);
      return removed;
    },

    wipe: async (key, { notAfter, record = () => [] } = {}) =>
      wipeWorkspace({ db, key, sources, record }, () => {
        if (removeRow(key, notAfter)) return "removed";
        return isInstalled(key) ? "newer" : "none";
      }),

    interrupted: async () => interruptedWorkspaces(db),

    async list() {
      const sql =
        "SELECT workspace_id AS key, installed_at AS installedAt FROM installations ORDER BY workspace_id";
      return prepared<Pick<StoredInstallation, "key" | "installedAt">>(db, sql).all();
    },
  };
}

/** The place that an installation is encrypted for. */
export function installationPlace(key: string): readonly string[] {
  return ["installation", key];
}
