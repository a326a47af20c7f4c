import type { AuditEvent } from "../audit/audit-log.ts";
import { Problem } from "../problem/problem.ts";
import type { Credentials, VendorId } from "../vendor/vendor.ts";

/**
 * A workspace's named link to one vendor account. It does not contain the key; `Connections.credentials` decrypts that.
 */
export interface Connection {
  readonly id: string;
  readonly vendor: VendorId;
  /** Unique in the workspace, ignoring case. At most 60 characters. */
  readonly name: string;
  /** A few characters that change when the key changes and reveal nothing about it. */
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The most connections in a workspace: each one is listed, watched and cached in memory. */
export const maxConnections = 50;

export function tooManyConnections(): Problem {
  const message = `This workspace has ${maxConnections} connections, which is as many as there may be. Nothing was added. Remove one that is no longer used first.`;
  return new Problem("invalid_input", message, { field: "name" });
}

/** Builds the audit entry for a connection. It is written in the same transaction as the change that it records. */
export type ConnectionRecord = (connection: Connection) => AuditEvent;

/** The connections of one workspace with their encrypted credentials. It has no access to another workspace's. */
export interface Connections {
  /** All connections, ordered by name. */
  list(): Promise<readonly Connection[]>;
  /** One connection. Throws not_found. */
  get(connectionId: string): Promise<Connection>;
  /** The decrypted credentials. Throws not_found, and not_connected if none of the server's keys can decrypt them. */
  credentials(connectionId: string): Promise<Credentials>;
  /**
   * Stores a new connection. Throws invalid_input if the name is taken or there are too many connections, and
   * not_recorded if it cannot be written.
   */
  add(
    connection: { readonly vendor: VendorId; readonly name: string; readonly credentials: Credentials },
    record?: ConnectionRecord,
  ): Promise<Connection>;
  /** Replaces the credentials of a connection. Throws not_found, not_recorded. */
  replace(connectionId: string, credentials: Credentials, record?: ConnectionRecord): Promise<Connection>;
  /** Removes a connection and its credentials. Throws not_found, not_recorded. */
  remove(connectionId: string, record?: ConnectionRecord): Promise<void>;
}
