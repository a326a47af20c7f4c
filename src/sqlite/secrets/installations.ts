import type {
  Installations,
  UninstallSummary,
  CancelledWork,
  StoredInstallation,
} from "../../domain/installations.ts";
import type { Connection } from "../../domain/connections.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { changeRecords } from "../audit/audit-log.ts";
import { openChangesSql } from "../audit/audit-query.ts";
import { emptyWriteAheadLog, prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { cancelPendingWork } from "./cancel-pending-work.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { connectionColumns } from "./connections.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

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

    async wipe(key, { notAfter, record } = {}) {
      let last: number | undefined;
      const left = await writeTransaction(db, () => {
        const wasInstalled = removeRow(key, notAfter);
        if (isInstalled(key)) return undefined;
        const found = leftBehind(db, key);
        // Also if the installation was removed earlier: then this finishes the removal.
        if (!wasInstalled && found.connections.length === 0) return undefined;
        const behind = { ...found, ...cancelPendingWork(db, key) };
        for (const table of ["connections", "outbox", "said_changes", "form_states"])
          prepared(db, `DELETE FROM ${table} WHERE workspace_id = ?`).run(key);
        for (const event of record?.(behind) ?? []) last = appendEntry(db, key, event, sources).position;
        return behind;
      });
      if (left) emptyWriteAheadLog(db);
      if (last !== undefined) sources.appended?.(key, last);
      return left;
    },

    async list() {
      const sql =
        "SELECT workspace_id AS key, installed_at AS installedAt FROM installations ORDER BY workspace_id";
      return prepared<Pick<StoredInstallation, "key" | "installedAt">>(db, sql).all();
    },
  };
}

function leftBehind(db: SqliteDatabase, key: string): Omit<UninstallSummary, keyof CancelledWork> {
  const count = (table: string): number =>
    prepared<{ n: number }>(db, `SELECT count(*) AS n FROM ${table} WHERE workspace_id = ?`).get(key)?.n ?? 0;
  const sql = `SELECT ${connectionColumns} FROM connections WHERE workspace_id = ? ORDER BY name_key`;
  return {
    connections: prepared<Connection>(db, sql).all(key),
    unsettled: changeRecords(db, key, openChangesSql, { after: 0, limit: -1 }),
    undelivered: count("outbox"),
    unreported: count("said_changes"),
  };
}

/** The place that an installation is encrypted for. */
export function installationPlace(key: string): readonly string[] {
  return ["installation", key];
}
