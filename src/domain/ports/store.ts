import type { MessagesWithButtons } from "../notifications/messages-with-buttons.ts";
import type { Approvals, Reviews } from "./approvals.ts";
import type { AnnouncementCursor } from "../notifications/announcement-cursor.ts";
import type { ApiToken, ApiTokens } from "../access/api-token.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { FormStates } from "./form-states.ts";
import type { IdempotencyKeys } from "./idempotency-keys.ts";
import type { Freezes } from "../access/freezes.ts";
import type { Drifts } from "../changes/drift.ts";
import type { Incidents } from "../changes/incident.ts";
import type { InventoryCache } from "../vendor/inventory-cache.ts";
import type { Runbooks } from "../access/runbook.ts";
import type { Rules } from "../failover/rule-store.ts";
import type { PlanStates } from "../failover/plan-states.ts";
import type { Plans } from "../failover/plans.ts";
import type { Outbox } from "../notifications/outbox.ts";
import type { Protections } from "../access/protection.ts";
import type { Hook, Hooks } from "../alerts/hook.ts";
import type { Proposals } from "../alerts/proposal.ts";
import type { Webhooks } from "../webhooks/webhook.ts";
import type { Runs } from "../runs/runs.ts";
import type { PendingNotification, PendingNotifications } from "../notifications/notification.ts";
import type { TemporaryChanges } from "../changes/temporary-change.ts";
import type { Connection, Connections } from "../connections/connections.ts";
import type { OnCallSchedules } from "../access/on-call.ts";
import type { SettingsStore } from "../access/workspace-settings.ts";
import type { SharedState } from "./shared-state.ts";
import type { ShortLivedSecrets } from "./short-lived-secrets.ts";
import type { OnSignal } from "./signals.ts";
import type { WorkQueue } from "./work-queue.ts";

/** The data of one workspace. It gives no access to another workspace's data. */
export interface WorkspaceStore {
  /** Enterprise id for an org-wide install, else team id. */
  readonly id: string;
  readonly audit: AuditLog;
  readonly connections: Connections;
  readonly announcementCursor: AnnouncementCursor;
  readonly messagesWithButtons: MessagesWithButtons;
  readonly notifications: PendingNotifications;
  readonly settings: SettingsStore;
  readonly freezes: Freezes;
  readonly protections: Protections;
  readonly runbooks: Runbooks;
  readonly approvals: Approvals;
  readonly reviews: Reviews;
  readonly plans: Plans;
  readonly planStates: PlanStates;
  readonly rules: Rules;
  readonly incidents: Incidents;
  readonly drifts: Drifts;
  readonly runs: Runs;
  readonly temporaryChanges: TemporaryChanges;
  readonly tokens: ApiTokens;
  readonly webhooks: Webhooks;
  readonly hooks: Hooks;
  readonly onCallSchedules: OnCallSchedules;
  readonly proposals: Proposals;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly formStates: FormStates;
  readonly shortLivedSecrets: ShortLivedSecrets;
  /** The copies of a connection's lists, valid for its current API key. */
  inventory(connection: Pick<Connection, "id" | "fingerprint">): InventoryCache;
  /**
   * Claims a request id: true the first time, false for a duplicate within a day (Slack's signatures are valid for
   * five minutes). The first claim also stores the pending notification of the change. Throws not_recorded.
   */
  claim(requestId: string, pending?: PendingNotification): Promise<boolean>;
}

/** The database as a whole. */
export interface Store {
  workspace(workspaceId: string): WorkspaceStore;
  /** The token whose secret has this SHA-256, and its workspace. */
  tokenByHash(hash: string): Promise<{ readonly workspaceId: string; readonly token: ApiToken } | undefined>;
  /** The hook with this id, and its workspace. */
  hookById(id: string): Promise<{ readonly workspaceId: string; readonly hook: Hook } | undefined>;
  /** Messages that Slack has not accepted yet. */
  readonly outbox: Outbox;
  readonly work: WorkQueue;
  /** What replicas share; undefined on a database that one process has alone. */
  readonly shared: SharedState | undefined;
  /** The ids of all workspaces that have an entry, a connection or an installation. */
  workspaceIds(): Promise<readonly string[]>;
  /** Each failover plan of all workspaces that was checked, and whether it is ready. */
  readyPlans(): Promise<
    readonly { readonly workspaceId: string; readonly slug: string; readonly isReady: boolean }[]
  >;
  /** The number of changes in all workspaces without a known outcome. */
  unsettledCount(): Promise<number>;
  /** The ids of the workspaces with an announcements channel and entries that were not announced yet. */
  withUnannouncedEntries(): Promise<readonly string[]>;
  /** The ids of the workspaces with messages whose buttons newer entries may have ended. */
  withUncheckedButtons(): Promise<readonly string[]>;
  /** Schedules the work of all active webhooks with entries to send. Returns how many there are. Throws not_recorded. */
  scheduleWebhooks(): Promise<number>;
  /** Calls the listener when other replicas have written something. The store invalidates its own caches itself. */
  onSignal(listener: OnSignal): void;
  /** Writes and rolls back, to find out whether a change could be recorded now. Throws not_recorded. */
  checkWritable(): Promise<void>;
  /**
   * Faults in the schema, or in an index of a table that permissions depend on, as phrases to show. Either can hide
   * rows. Takes about a millisecond.
   */
  faults(): Promise<readonly string[]>;
  close(): Promise<void>;
}
