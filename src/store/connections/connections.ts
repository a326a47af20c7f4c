import { randomBytes } from "node:crypto";
import { connectionName, connectionNameKey } from "../../domain/connections/connection-name.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { maxConnections, tooManyConnections } from "../../domain/connections/connections.ts";
import type { Connection, ConnectionRecord, Connections } from "../../domain/connections/connections.ts";
import type { Credentials } from "../../domain/vendor/vendor.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";

/** The columns that are read. */
const connectionColumns =
  'id, vendor, name, fingerprint, created_at AS "createdAt", updated_at AS "updatedAt"';

/** The connections of one workspace. Credentials are encrypted for that workspace, connection and vendor. */
export function storedConnections(db: WorkspaceDatabase, seal: Seal, sources: StoreDeps): Connections {
  const { now } = sources;
  const { workspaceId } = db;
  // Appended within the transaction; `appended` is called after it.
  function* recorded(connection: Connection, record: ConnectionRecord | undefined): Work<number | undefined> {
    return record && (yield* appendEntry(db, record(connection), sources)).position;
  }
  const tell = (count: number | undefined): void => {
    if (count !== undefined) sources.appended?.(workspaceId, count);
  };
  function* found(connectionId: string): Work<Connection & Sealed> {
    const connection = yield* db.row<Connection & Sealed>(findSql, { id: connectionId });
    if (!connection)
      throw new Problem("not_found", "There is no such connection. It was removed, or has another id.", {
        field: "connection",
      });
    return connection;
  }
  const sealFor = ({ id, vendor }: Pick<Connection, "id" | "vendor">, credentials: Credentials): Sealed =>
    seal.seal(JSON.stringify(credentials), connectionPlace(workspaceId, id, vendor));

  return {
    async list() {
      return db.all<Connection>(listConnectionsSql);
    },

    async get(connectionId) {
      return withoutSecret(await db.read(found(connectionId)));
    },

    async credentials(connectionId) {
      const connection = await db.read(found(connectionId));
      const text = seal.open(connection, connectionPlace(workspaceId, connection.id, connection.vendor), {
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
      const kept = await db.write(function* () {
        // Older names may share a key; those have their own id appended on a second line.
        const key = connectionNameKey(name);
        const taken = yield* db.row<{ name: string }>(takenSql, { key, line: `${key}\n` });
        if (taken) {
          const message = `There is a connection called "${taken.name}" already.`;
          throw new Problem("invalid_input", message, { field: "name" });
        }
        const count = "SELECT count(*) AS kept FROM connections WHERE workspace_id = @workspaceId";
        const { kept: already = 0 } = (yield* db.row<{ kept: number }>(count)) ?? {};
        if (already >= maxConnections) throw tooManyConnections();
        const { keyId, sealed } = sealFor({ id, vendor }, credentials);
        const mark = yield* fingerprint(seal, workspaceId, credentials);
        yield* db.run(insertSql, { id, vendor, name, key, mark, keyId, sealed, at });
        yield* scheduleWork(db, { kind: `drift_${vendor}`, itemId: id, dueAt: new Date(at) });
        const connection = withoutSecret(yield* found(id));
        return { connection, count: yield* recorded(connection, record) };
      });
      tell(kept.count);
      return kept.connection;
    },

    async replace(connectionId, credentials, record) {
      const at = now().toISOString();
      const kept = await db.write(function* () {
        const { keyId, sealed } = sealFor(yield* found(connectionId), credentials);
        const mark = yield* fingerprint(seal, workspaceId, credentials);
        yield* db.run(replaceSql, { id: connectionId, keyId, sealed, mark, at });
        const connection = withoutSecret(yield* found(connectionId));
        return { connection, count: yield* recorded(connection, record) };
      });
      db.database.scrub();
      tell(kept.count);
      return kept.connection;
    },

    async remove(connectionId, record) {
      const at = now();
      const count = await db.write(function* () {
        const connection = withoutSecret(yield* found(connectionId));
        const written = yield* recorded(connection, record);
        // What was found there is forgotten.
        yield* scheduleWork(db, { kind: `drift_${connection.vendor}`, itemId: connectionId, dueAt: at });
        yield* db.run("DELETE FROM connections WHERE workspace_id = @workspaceId AND id = @id", {
          id: connectionId,
        });
        yield* db.signal({ about: "connection", connectionId });
        return written;
      });
      db.database.scrub();
      tell(count);
    },
  };
}

function withoutSecret({ keyId: _key, sealed: _sealed, ...connection }: Connection & Sealed): Connection {
  return connection;
}

export const listConnectionsSql: WorkspaceSql = `SELECT ${connectionColumns} FROM connections
  WHERE workspace_id = @workspaceId ORDER BY name_key`;
const findSql: WorkspaceSql = `SELECT ${connectionColumns}, key_id AS "keyId", sealed FROM connections
  WHERE workspace_id = @workspaceId AND id = @id`;
const takenSql = `SELECT name FROM connections
  WHERE workspace_id = @workspaceId AND (name_key = @key OR instr(name_key, @line) = 1)`;
const insertSql = `INSERT INTO connections
    (workspace_id, id, vendor, name, name_key, fingerprint, key_id, sealed, created_at, updated_at)
  VALUES (@workspaceId, @id, @vendor, @name, @key, @mark, @keyId, @sealed, @at, @at)`;
const replaceSql = `UPDATE connections SET key_id = @keyId, sealed = @sealed, fingerprint = @mark, updated_at = @at
  WHERE workspace_id = @workspaceId AND id = @id`;

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
