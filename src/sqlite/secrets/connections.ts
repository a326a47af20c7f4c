import { randomBytes } from "node:crypto";
import { connectionName, connectionNameKey } from "../../domain/connection-name.ts";
import { Problem } from "../../domain/problem.ts";
import { maxConnections, tooManyConnections } from "../../domain/connections.ts";
import type { Connection, ConnectionRecord, Connections } from "../../domain/connections.ts";
import type { Credentials } from "../../domain/vendor.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { emptyWriteAheadLog, prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** The columns that are read. */
export const connectionColumns =
  "id, vendor, name, fingerprint, created_at AS createdAt, updated_at AS updatedAt";

/** The connections of one workspace. Credentials are encrypted for that workspace, connection and vendor. */
export function sqliteConnections(
  db: SqliteDatabase,
  seal: Seal,
  workspaceId: string,
  sources: StoreDeps,
): Connections {
  const { now } = sources;
  // Appended within the transaction; `appended` is called after it.
  const recorded = (connection: Connection, record: ConnectionRecord | undefined): number | undefined =>
    record && appendEntry(db, workspaceId, record(connection), sources).position;
  const tell = (count: number | undefined): void => {
    if (count !== undefined) sources.appended?.(workspaceId, count);
  };
  const find = prepared<Connection>(
    db,
    `SELECT ${connectionColumns} FROM connections WHERE workspace_id = ? AND id = ?`,
  );

  const found = (connectionId: string): Connection => {
    const connection = find.get(workspaceId, connectionId);
    if (!connection) throw new Problem("not_found", "There is no such connection any more.");
    return connection;
  };
  const sealFor = ({ id, vendor }: Pick<Connection, "id" | "vendor">, credentials: Credentials): Sealed =>
    seal.seal(JSON.stringify(credentials), connectionPlace(workspaceId, id, vendor));

  return {
    async list() {
      const sql = `SELECT ${connectionColumns} FROM connections WHERE workspace_id = ? ORDER BY name_key`;
      return prepared<Connection>(db, sql).all(workspaceId);
    },

    async get(connectionId) {
      return found(connectionId);
    },

    async credentials(connectionId) {
      const connection = found(connectionId);
      const sql = "SELECT key_id AS keyId, sealed FROM connections WHERE workspace_id = ? AND id = ?";
      const sealed = prepared<Sealed>(db, sql).get(workspaceId, connectionId);
      if (!sealed) throw new Problem("not_found", "There is no such connection any more.");
      const text = seal.open(sealed, connectionPlace(workspaceId, connection.id, connection.vendor), {
        owner: `the connection "${connection.name}"`,
        remedy: "Enter its API key again, or ask the person who runs Patchbay to put the missing key back.",
      });
      const credentials: Credentials = JSON.parse(text);
      return credentials;
    },

    async add({ vendor, name: typed, credentials }, record) {
      const name = connectionName(typed);
      const at = now().toISOString();
      const id = `con_${randomBytes(12).toString("hex")}`;
      const kept = await writeTransaction(db, () => {
        // Older names may share a key; those have their own id appended on a second line.
        const sql =
          "SELECT name FROM connections WHERE workspace_id = ? AND (name_key = ? OR instr(name_key, ?) = 1)";
        const key = connectionNameKey(name);
        const taken = prepared<{ name: string }>(db, sql).get(workspaceId, key, `${key}\n`);
        if (taken) {
          const message = `There is a connection called "${taken.name}" already.`;
          throw new Problem("invalid_input", message, { field: "name" });
        }
        const count = "SELECT count(*) AS kept FROM connections WHERE workspace_id = ?";
        const { kept: already = 0 } = prepared<{ kept: number }>(db, count).get(workspaceId) ?? {};
        if (already >= maxConnections) throw tooManyConnections();
        const { keyId, sealed } = sealFor({ id, vendor }, credentials);
        const mark = fingerprint(db, seal, workspaceId, credentials);
        prepared(
          db,
          `INSERT INTO connections
             (workspace_id, id, vendor, name, name_key, fingerprint, key_id, sealed, created_at, updated_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ).run(workspaceId, id, vendor, name, key, mark, keyId, sealed, at, at);
        const connection = found(id);
        return { connection, count: recorded(connection, record) };
      });
      tell(kept.count);
      return kept.connection;
    },

    async replace(connectionId, credentials, record) {
      const at = now().toISOString();
      const kept = await writeTransaction(db, () => {
        const { keyId, sealed } = sealFor(found(connectionId), credentials);
        const mark = fingerprint(db, seal, workspaceId, credentials);
        prepared(
          db,
          `UPDATE connections SET key_id = ?, sealed = ?, fingerprint = ?, updated_at = ?
           WHERE workspace_id = ? AND id = ?`,
        ).run(keyId, sealed, mark, at, workspaceId, connectionId);
        const connection = found(connectionId);
        return { connection, count: recorded(connection, record) };
      });
      emptyWriteAheadLog(db);
      tell(kept.count);
      return kept.connection;
    },

    async remove(connectionId, record) {
      const count = await writeTransaction(db, () => {
        const written = recorded(found(connectionId), record);
        prepared(db, "DELETE FROM connections WHERE workspace_id = ? AND id = ?").run(
          workspaceId,
          connectionId,
        );
        return written;
      });
      emptyWriteAheadLog(db);
      tell(count);
    },
  };
}

/**
 * The place that a connection's credentials are encrypted for. It includes the vendor, so that a row whose vendor
 * was edited by hand never sends one vendor's key to another.
 */
export function connectionPlace(
  workspaceId: string,
  connectionId: string,
  vendor: string,
): readonly string[] {
  return ["connection", workspaceId, connectionId, vendor];
}
