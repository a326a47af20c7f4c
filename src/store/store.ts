import { removableSince } from "../domain/shared/age.ts";
import type { Store, WorkspaceStore } from "../domain/ports/store.ts";
import type { StoreDeps } from "./audit/append-entry.ts";
import { storedAuditLog } from "./audit/audit-log.ts";
import { storedReviews } from "./audit/reviews.ts";
import type { Seal } from "./crypto/seal.ts";
import { row, rows, type Database } from "./database/database.ts";
import { workspaceDatabase } from "./database/workspace-database.ts";
import { storedOnCallSchedules } from "./connections/on-call-schedules.ts";
import { storedConnections } from "./connections/connections.ts";
import { storedWorkQueue } from "./due-work/work-queue.ts";
import { storedShortLivedSecrets } from "./secrets/short-lived-secrets.ts";
import {
  storedMessagesWithButtons,
  workspacesWithUncheckedButtons,
} from "./workflow/messages-with-buttons.ts";
import {
  storedAnnouncementCursor,
  workspacesWithUnannouncedEntries,
} from "./workflow/announcement-cursor.ts";
import { storedTokens, tokenByHash } from "./workflow/api-tokens.ts";
import { storedApprovals } from "./workflow/approvals.ts";
import { storedDrifts } from "./workflow/drifts.ts";
import { storedFormStates } from "./workflow/form-states.ts";
import { storedFreezes } from "./workflow/freezes.ts";
import { storedIdempotencyKeys } from "./workflow/idempotency-keys.ts";
import { storedIncidents } from "./workflow/incidents.ts";
import { storedInventoryCache } from "./workflow/inventory-cache.ts";
import { storedNotifications } from "./workflow/notifications.ts";
import { storedOutbox } from "./workflow/outbox.ts";
import { readyPlans, storedPlanStates } from "./workflow/plan-states.ts";
import { storedPlans } from "./workflow/plans.ts";
import { storedProtections } from "./workflow/protections.ts";
import { storedRequestClaims } from "./workflow/request-claims.ts";
import { storedRunbooks } from "./workflow/runbooks.ts";
import { storedRules } from "./workflow/rules.ts";
import { hookById, storedHooks } from "./alerts/hooks.ts";
import { storedProposals } from "./alerts/proposals.ts";
import { scheduleWebhooks } from "./webhooks/schedule-webhooks.ts";
import { storedWebhooks } from "./webhooks/webhooks.ts";
import { storedRuns } from "./runs/runs.ts";
import { storedSharedCounts } from "./workflow/shared-counts.ts";
import { storedTemporaryChanges } from "./workflow/temporary-changes.ts";
import { storedVendorBudgets } from "./workflow/vendor-budgets.ts";
import { storedWorkspaceSettings } from "./workflow/workspace-settings.ts";

/**
 * The data of one database. Installations are separate (`storedInstallations`), because only the Slack server needs
 * them.
 */
export function databaseStore(database: Database, seal: Seal, sources: StoreDeps): Store {
  const workspaces = new Map<string, WorkspaceStore>();
  const { now, newId, monotonicMs = () => now().getTime() } = sources;
  const kept = { now, removable: removableSince({ now, monotonicMs }) };

  const open = (id: string): WorkspaceStore => {
    const db = workspaceDatabase(database, id);
    const requests = storedRequestClaims(db, { ...kept, replicaId: sources.replicaId });
    return {
      id,
      audit: storedAuditLog(db, sources),
      connections: storedConnections(db, seal, sources),
      announcementCursor: storedAnnouncementCursor(db, now),
      messagesWithButtons: storedMessagesWithButtons(db, kept),
      notifications: storedNotifications(db, kept),
      settings: storedWorkspaceSettings(db, sources),
      freezes: storedFreezes(db, sources),
      protections: storedProtections(db, sources),
      runbooks: storedRunbooks(db, sources),
      approvals: storedApprovals(db, sources),
      reviews: storedReviews(db, sources),
      plans: storedPlans(db, sources),
      planStates: storedPlanStates(db, sources),
      rules: storedRules(db, sources),
      incidents: storedIncidents(db, sources),
      drifts: storedDrifts(db, sources),
      runs: storedRuns(db, { ...sources, ...kept }),
      temporaryChanges: storedTemporaryChanges(db, sources),
      tokens: storedTokens(db, sources),
      idempotencyKeys: storedIdempotencyKeys(db, kept),
      formStates: storedFormStates(db, { ...kept, newId }),
      webhooks: storedWebhooks(db, seal, sources),
      hooks: storedHooks(db, seal, sources),
      onCallSchedules: storedOnCallSchedules(db, seal, sources),
      proposals: storedProposals(db, { ...sources, ...kept }),
      shortLivedSecrets: storedShortLivedSecrets(db, seal, kept),
      inventory: (connection) => storedInventoryCache(db, connection),
      claim: async (requestId, pending) => requests.claim(requestId, pending),
    };
  };

  // A workspace's store remembers its settings.
  database.onSignal((signal) => {
    if (!signal) workspaces.clear();
    else if (signal.about === "settings") workspaces.delete(signal.workspaceId);
  });
  return {
    outbox: storedOutbox(database, now),
    work: storedWorkQueue(database, sources),
    shared: database.isShared
      ? {
          counts: storedSharedCounts(database),
          budgets: storedVendorBudgets(database),
        }
      : undefined,

    workspace(id) {
      let known = workspaces.get(id);
      if (!known) workspaces.set(id, (known = open(id)));
      return known;
    },

    tokenByHash: async (hash) => tokenByHash(database, hash),
    hookById: async (id) => hookById(database, id),
    workspaceIds: async () =>
      (await database.read(rows<{ id: string }>(workspaceIdsSql))).map(({ id }) => id),
    readyPlans: async () => readyPlans(database),
    unsettledCount: async () => (await database.read(row<{ count: number }>(unsettledSql)))?.count ?? 0,
    withUnannouncedEntries: async () => workspacesWithUnannouncedEntries(database),
    scheduleWebhooks: async () => scheduleWebhooks(database),
    withUncheckedButtons: async () => workspacesWithUncheckedButtons(database),
    onSignal: (listener) => database.onSignal(listener),
    checkWritable: async () => database.checkWritable(),
    faults: async () => database.faults(),
    close: async () => database.close(),
  };
}

const unsettledSql = "SELECT count(*) AS count FROM open_changes";

// From one workspace to the next by the index, because DISTINCT would read every entry of the log.
const workspaceIdsSql = `
  WITH RECURSIVE recorded (id) AS (
    SELECT min(workspace_id) FROM audit_entries
    UNION ALL
    SELECT (SELECT min(workspace_id) FROM audit_entries WHERE workspace_id > recorded.id) FROM recorded WHERE id IS NOT NULL
  )
  SELECT id FROM recorded WHERE id IS NOT NULL
  UNION SELECT workspace_id FROM connections
  UNION SELECT workspace_id FROM installations
  UNION SELECT workspace_id FROM audit_anchors
  ORDER BY id`;
