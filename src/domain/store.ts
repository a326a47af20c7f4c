import type { ActMessages } from "./act-messages.ts";
import type { Approvals, Reviews } from "./approvals.ts";
import type { AnnouncementCursor } from "./announcement-cursor.ts";
import type { AuditLog } from "./audit-log.ts";
import type { FormStates } from "./form-states.ts";
import type { Freezes } from "./freezes.ts";
import type { Drifts } from "./drift.ts";
import type { Incidents } from "./incident.ts";
import type { InventoryCache } from "./inventory-cache.ts";
import type { Outbox } from "./outbox.ts";
import type { Protections } from "./protection.ts";
import type { Reverts } from "./revert.ts";
import type { PendingNotification, PendingNotifications } from "./notification.ts";
import type { DueTemporaryChange, TemporaryChanges } from "./temporary-change.ts";
import type { Connection, Connections } from "./connections.ts";
import type { SettingsStore } from "./workspace-settings.ts";

/** Everything that is kept for one workspace; there is no way from it to another's. */
export interface WorkspaceStore {
  /** Enterprise id for an org-wide install, else team id. */
  readonly id: string;
  readonly audit: AuditLog;
  readonly connections: Connections;
  readonly announcementCursor: AnnouncementCursor;
  readonly actMessages: ActMessages;
  readonly notifications: PendingNotifications;
  readonly settings: SettingsStore;
  readonly freezes: Freezes;
  readonly protections: Protections;
  readonly approvals: Approvals;
  readonly reviews: Reviews;
  readonly incidents: Incidents;
  readonly drifts: Drifts;
  readonly reverts: Reverts;
  readonly temporaryChanges: TemporaryChanges;
  readonly formStates: FormStates;
  /** The copies of that connection's lists, as its present key reads them. */
  inventory(connection: Pick<Connection, "id" | "fingerprint">): InventoryCache;
  /**
   * Claims a request id: true the first time, false for a duplicate within a day (Slack's signatures are good for five
   * minutes). With the first claim, and never without it, what is owed of a change is kept in `said`. Throws not_recorded
   * when the claim cannot be written.
   */
  claim(requestId: string, owed?: PendingNotification): Promise<boolean>;
}

/** The database as a whole. */
export interface Store {
  workspace(workspaceId: string): WorkspaceStore;
  /** Messages that wait to be said. */
  readonly outbox: Outbox;
  /**
   * The changes that are to be looked at by then: of each connection of each workspace the 20 that have been due longest, the
   * longest due of each before the second of any; at most 1,000. So one whose vendor hangs holds up no other.
   */
  dueTemporaryChanges(by: Date): Promise<readonly DueTemporaryChange[]>;
  /** The ids of all workspaces that have an entry, a connection or an installation. */
  workspaceIds(): Promise<readonly string[]>;
  /** How many changes of all workspaces are on record and have no outcome yet, or an unknown one. */
  unsettledCount(): Promise<number>;
  /** The ids of the workspaces that have chosen a channel for announcements. */
  announcing(): Promise<readonly string[]>;
  /** Writes and rolls back, to tell whether a change could be recorded now. Throws not_recorded. */
  checkWritable(): Promise<void>;
  /**
   * What is wrong with the database's schema, or with an index of the tables that rights depend on, in words: either may
   * hide rows. It takes a millisecond.
   */
  faults(): Promise<readonly string[]>;
  close(): Promise<void>;
}
