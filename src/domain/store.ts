import type { AuditLog } from "./audit-log.ts";
import type { ListCopies } from "./list-copies.ts";
import type { Outbox } from "./outbox.ts";
import type { SaidChanges } from "./said.ts";
import type { Connection, Vault } from "./vault.ts";
import type { SettingsStore } from "./workspace-settings.ts";

/** Everything that is kept for one workspace; there is no way from it to another's. */
export interface WorkspaceStore {
  /** Enterprise id for an org-wide install, else team id. */
  readonly id: string;
  readonly audit: AuditLog;
  readonly vault: Vault;
  readonly said: SaidChanges;
  readonly settings: SettingsStore;
  /** The copies of that connection's lists, as its present key reads them. */
  copies(connection: Pick<Connection, "id" | "fingerprint">): ListCopies;
  /**
   * Claims a request id: true the first time, false for a duplicate within a day (Slack's signatures are good for five
   * minutes). Throws not_recorded when the claim cannot be written.
   */
  claim(requestId: string): Promise<boolean>;
}

/** The database as a whole. */
export interface Store {
  workspace(workspaceId: string): WorkspaceStore;
  /** Messages that wait to be said. */
  readonly outbox: Outbox;
  /** The ids of all workspaces that have an entry, a connection or an installation. */
  workspaceIds(): Promise<readonly string[]>;
  /** Writes and rolls back, to tell whether a change could be recorded now. Throws not_recorded. */
  checkWritable(): Promise<void>;
  close(): Promise<void>;
}
