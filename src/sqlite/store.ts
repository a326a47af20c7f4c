import { removableSince } from "../domain/age.ts";
import type { Store, WorkspaceStore } from "../domain/store.ts";
import { sqliteActMessages } from "./workflow/act-messages.ts";
import { announcingWorkspaces, sqliteAnnouncementCursor } from "./workflow/announcement-cursor.ts";
import { sqliteAuditLog } from "./audit/audit-log.ts";
import type { StoreDeps } from "./audit/append-entry.ts";
import { prepared } from "./connection/database.ts";
import type { SqliteDatabase } from "./connection/database.ts";
import { sqliteApprovals } from "./workflow/approvals.ts";
import { sqliteFormStates } from "./workflow/form-states.ts";
import { sqliteFreezes } from "./workflow/freezes.ts";
import { sqliteDrifts } from "./workflow/drifts.ts";
import { sqliteIncidents } from "./workflow/incidents.ts";
import { sqliteReverts } from "./workflow/reverts.ts";
import { sqliteInventoryCache } from "./workflow/inventory-cache.ts";
import { sqliteOutbox } from "./workflow/outbox.ts";
import { sqliteProtections } from "./workflow/protections.ts";
import { sqliteRequestClaims } from "./workflow/request-claims.ts";
import { sqliteReviews } from "./audit/reviews.ts";
import { quickFaults } from "./connection/integrity.ts";
import { checkAppendOnlyTriggers } from "./connection/append-only-triggers.ts";
import { sqliteNotifications } from "./workflow/notifications.ts";
import type { Seal } from "./crypto/seal.ts";
import { dueTemporaryChanges, sqliteTemporaryChanges } from "./workflow/temporary-changes.ts";
import { sqliteConnections } from "./secrets/connections.ts";
import { sqliteWorkspaceSettings } from "./workflow/workspace-settings.ts";
import { probeWrite } from "./connection/write-transaction.ts";

/**
 * The data of one database file. Installations are separate (`sqliteInstallations`), because only the Slack server
 * needs them.
 */
export function sqliteStore(db: SqliteDatabase, seal: Seal, sources: StoreDeps): Store {
  const workspaces = new Map<string, WorkspaceStore>();
  const { now, monotonicMs = () => now().getTime() } = sources;
  const kept = { now, removable: removableSince({ now, monotonicMs }) };

  const open = (id: string): WorkspaceStore => {
    // Callers without an id must never share rows.
    if (id === "") throw new Error("a workspace has an id");
    const requests = sqliteRequestClaims(db, id, kept);
    return {
      id,
      audit: sqliteAuditLog(db, id, sources),
      connections: sqliteConnections(db, seal, id, sources),
      announcementCursor: sqliteAnnouncementCursor(db, id, sources.now),
      actMessages: sqliteActMessages(db, id, kept),
      notifications: sqliteNotifications(db, id, kept),
      settings: sqliteWorkspaceSettings(db, id, sources),
      freezes: sqliteFreezes(db, id, sources),
      protections: sqliteProtections(db, id, sources),
      approvals: sqliteApprovals(db, id, sources),
      reviews: sqliteReviews(db, id),
      incidents: sqliteIncidents(db, id, sources),
      drifts: sqliteDrifts(db, id, sources),
      reverts: sqliteReverts(db, id, { ...sources, ...kept }),
      temporaryChanges: sqliteTemporaryChanges(db, id, sources),
      formStates: sqliteFormStates(db, id, { ...kept, newId: sources.newId }),
      inventory: (connection) => sqliteInventoryCache(db, id, connection),
      claim: async (requestId, pending) => requests.claim(requestId, pending),
    };
  };

  return {
    outbox: sqliteOutbox(db, sources.now),

    workspace(id) {
      let known = workspaces.get(id);
      if (!known) workspaces.set(id, (known = open(id)));
      return known;
    },

    dueTemporaryChanges: async (by) => dueTemporaryChanges(db, by),

    async workspaceIds() {
      return prepared<{ id: string }>(db, workspaceIdsSql)
        .all()
        .map(({ id }) => id);
    },

    async unsettledCount() {
      return prepared<{ count: number }>(db, "SELECT count(*) AS count FROM open_changes").get()?.count ?? 0;
    },
    announcing: async () => announcingWorkspaces(db),

    async checkWritable() {
      await probeWrite(db, () => checkAppendOnlyTriggers(db));
    },

    faults: async () => quickFaults(db),

    async close() {
      db.close();
    },
  };
}

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
  ORDER BY id`;
