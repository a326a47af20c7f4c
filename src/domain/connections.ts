import type { AuditEvent } from "./audit-log.ts";
import { Problem } from "./problem.ts";
import type { Credentials, VendorId } from "./vendor.ts";

/** A workspace's named link to one vendor account. Its key is not in it: `Connections.credentials` opens that. */
export interface Connection {
  readonly id: string;
  readonly vendor: VendorId;
  /** What people call it, unique in the workspace without regard to case. At most 60 characters. */
  readonly name: string;
  /** A few characters that change when the key changes and tell nothing about it. */
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How many connections a workspace may have: each is listed, watched and kept in memory. */
export const maxConnections = 50;

/** The refusal of one connection too many. */
export function tooManyConnections(): Problem {
  const message = `This workspace has ${maxConnections} connections, which is as many as there may be. Nothing was added. Remove one that is no longer used first.`;
  return new Problem("invalid_input", message, { field: "name" });
}

/** What the audit log is to say of a connection; written in the same transaction as what it tells of, or not at all. */
export type ConnectionRecord = (connection: Connection) => AuditEvent;

/** The connections of one workspace with their sealed credentials. Opened for that workspace and sees no other. */
export interface Connections {
  /** All connections, by name. */
  list(): Promise<readonly Connection[]>;
  /** One connection. Throws not_found. */
  get(connectionId: string): Promise<Connection>;
  /** Its credentials. Throws not_found, and not_connected when none of the server's keys opens the seal. */
  credentials(connectionId: string): Promise<Credentials>;
  /** Keeps a new connection. Throws invalid_input when the name is taken or there are too many, not_recorded when it cannot be written. */
  add(
    connection: { readonly vendor: VendorId; readonly name: string; readonly credentials: Credentials },
    record?: ConnectionRecord,
  ): Promise<Connection>;
  /** Seals other credentials in the same connection. Throws not_found, not_recorded. */
  replace(connectionId: string, credentials: Credentials, record?: ConnectionRecord): Promise<Connection>;
  /** Forgets a connection and its credentials. Throws not_found, not_recorded. */
  remove(connectionId: string, record?: ConnectionRecord): Promise<void>;
}
