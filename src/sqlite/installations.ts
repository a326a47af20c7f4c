import type { AuditEvent } from "../domain/audit-log.ts";
import type { Installations, StoredInstallation } from "../domain/installations.ts";
import { appendEntry, type AuditSources } from "./audit-log.ts";
import { emptyWriteAheadLog, prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import type { Seal, Sealed } from "./seal.ts";
import { writeTransaction } from "./write-transaction.ts";

/** The installations of Patchbay in Slack, each sealed as a whole for its workspace key. */
export function sqliteInstallations(db: SqliteDatabase, seal: Seal, sources: AuditSources): Installations {
  // Within the transaction; whoever counts entries is told once it is through.
  const recorded = (key: string, event: AuditEvent | undefined): number | undefined =>
    event && appendEntry(db, key, event, sources).position;
  const tell = (key: string, count: number | undefined): void => {
    if (count !== undefined) sources.appended?.(key, count);
  };
  const removeRow = (key: string, notAfter: Date | undefined): boolean => {
    const sql = "DELETE FROM installations WHERE workspace_id = ? AND (? IS NULL OR installed_at <= ?)";
    const limit = notAfter?.toISOString() ?? null;
    return prepared(db, sql).run(key, limit, limit).changes > 0;
  };
  const isInstalled = (key: string): boolean =>
    prepared(db, "SELECT 1 FROM installations WHERE workspace_id = ?").get(key) !== undefined;

  return {
    async save(key, installation, installedAt, event) {
      const { keyId, sealed } = seal.seal(JSON.stringify(installation), placeOf(key));
      const count = await writeTransaction(db, () => {
        prepared(
          db,
          `INSERT INTO installations (workspace_id, installed_at, key_id, sealed) VALUES (?, ?, ?, ?)
           ON CONFLICT (workspace_id) DO UPDATE SET
             installed_at = excluded.installed_at, key_id = excluded.key_id, sealed = excluded.sealed`,
        ).run(key, installedAt.toISOString(), keyId, sealed);
        return recorded(key, event);
      });
      tell(key, count);
    },

    async find(key) {
      const sql = `SELECT installed_at AS installedAt, key_id AS keyId, sealed
        FROM installations WHERE workspace_id = ?`;
      const row = prepared<Sealed & { readonly installedAt: string }>(db, sql).get(key);
      if (!row) return undefined;
      const text = seal.open(row, placeOf(key), {
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

    async wipe(key, { notAfter, event } = {}) {
      const { removed, count } = await writeTransaction(db, () => {
        const wasInstalled = removeRow(key, notAfter);
        if (isInstalled(key)) return { removed: false };
        // Also where the installation went earlier: then this finishes what was begun.
        const { changes } = prepared(db, "DELETE FROM connections WHERE workspace_id = ?").run(key);
        if (!wasInstalled && changes === 0) return { removed: false };
        return { removed: true, count: recorded(key, event) };
      });
      if (removed) emptyWriteAheadLog(db);
      tell(key, count);
      return removed;
    },

    async list() {
      const sql =
        "SELECT workspace_id AS key, installed_at AS installedAt FROM installations ORDER BY workspace_id";
      return prepared<Pick<StoredInstallation, "key" | "installedAt">>(db, sql).all();
    },
  };
}

function placeOf(key: string): readonly string[] {
  return ["installation", key];
}
