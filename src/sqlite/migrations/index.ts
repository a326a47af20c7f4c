import type Database from "better-sqlite3";
import { initialSchema } from "./0001-0020/0001-initial-schema.ts";
import { chainEntries } from "./0001-0020/0002-audit-chain.ts";
import { detailsAndSettings } from "./0001-0020/0003-details-and-settings.ts";
import { settingsRevision } from "./0001-0020/0004-settings-revision.ts";
import { freezesTable } from "./0001-0020/0005-freezes.ts";
import { protectionTables } from "./0001-0020/0006-protections-and-approvals.ts";
import { incidentsAndReverts } from "./0001-0020/0007-incidents-and-reverts.ts";
import { timedChanges } from "./0001-0020/0008-temporary-changes.ts";
import { driftFindings } from "./0001-0020/0009-drift.ts";
import { announcedEntries } from "./0001-0020/0010-announcement-cursor.ts";
import { listCopies } from "./0001-0020/0011-inventory-cache.ts";
import { unprovableChanges } from "./0001-0020/0012-unprovable-changes.ts";
import { signedCheckpoints } from "./0001-0020/0013-signed-checkpoints.ts";
import { unreadableRecords } from "./0001-0020/0014-unreadable-records.ts";
import { formStates } from "./0001-0020/0015-form-states.ts";
import { actMessages } from "./0001-0020/0016-act-messages.ts";
import { connectionNameKeys } from "./0001-0020/0017-connection-name-keys.ts";
import { sharedState } from "./0001-0020/0018-shared-state.ts";
import { workItems } from "./0001-0020/0019-work-items.ts";
import { pendingReports } from "./0001-0020/0020-pending-reports.ts";
import { failoverPlans } from "./0021-0040/0021-failover-plans.ts";
import { runs } from "./0021-0040/0022-runs.ts";
import { rulesAndGates } from "./0021-0040/0023-rules-and-gates.ts";
import { planStates } from "./0021-0040/0024-plan-states.ts";
import { overrideReviews } from "./0021-0040/0025-override-reviews.ts";
import { planApprovals } from "./0021-0040/0026-plan-approvals.ts";
import { apiTokens } from "./0021-0040/0027-api-tokens.ts";
import { webhooks } from "./0021-0040/0028-webhooks.ts";
import { idempotencyKeys } from "./0021-0040/0029-idempotency-keys.ts";
import { retention } from "./0021-0040/0030-retention.ts";
import { alerts } from "./0021-0040/0031-alerts.ts";
import { auditPeople } from "./0021-0040/0032-audit-people.ts";
import { onCallSchedules } from "./0021-0040/0033-on-call-schedules.ts";
import { runbooks } from "./0021-0040/0034-runbooks.ts";
import { onCallDecisions } from "./0021-0040/0035-on-call-decisions.ts";
import { webhookKinds } from "./0021-0040/0036-webhook-kinds.ts";
import { twoApprovals } from "./0021-0040/0037-two-approvals.ts";

/** SQL, or code where SQL is not enough. */
export type Migration = string | ((db: Database.Database) => void);

/** The migrations in order: number n makes schema version n. Never edit a released migration, add another one. */
export const migrations: readonly Migration[] = [
  initialSchema,
  chainEntries,
  detailsAndSettings,
  settingsRevision,
  freezesTable,
  protectionTables,
  incidentsAndReverts,
  timedChanges,
  driftFindings,
  announcedEntries,
  listCopies,
  unprovableChanges,
  signedCheckpoints,
  unreadableRecords,
  formStates,
  actMessages,
  connectionNameKeys,
  sharedState,
  workItems,
  pendingReports,
  failoverPlans,
  runs,
  rulesAndGates,
  planStates,
  overrideReviews,
  planApprovals,
  apiTokens,
  webhooks,
  idempotencyKeys,
  retention,
  alerts,
  auditPeople,
  onCallSchedules,
  runbooks,
  onCallDecisions,
  webhookKinds,
  twoApprovals,
];
