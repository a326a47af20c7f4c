import type { Store, WorkspaceStore } from "../domain/store.ts";
import { sqliteAuditLog } from "./audit-log.ts";
import type { AuditSources } from "./audit-log.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import { sqliteListCopies } from "./list-copies.ts";
import { sqliteOutbox } from "./outbox.ts";
import { sqliteRequests } from "./requests.ts";
import { checkSafeguards } from "./safeguards.ts";
import { sqliteSaidChanges } from "./said-changes.ts";
import type { Seal } from "./seal.ts";
import { sqliteVault } from "./vault.ts";
import { sqliteWorkspaceSettings } from "./workspace-settings.ts";
import { probeWrite } from "./write-transaction.ts";

/** Everything that one database file keeps. Installations are apart, in `sqliteInstallations`: only Slack needs them. */
export function sqliteStore(db: SqliteDatabase, seal: Seal, sources: AuditSources): Store {
  const workspaces = new Map<string, WorkspaceStore>();

  const open = (id: string): WorkspaceStore => {
    // Rows of nobody in particular would be everybody's who came without an id.
    if (id === "") throw new Error("a workspace has an id");
    const requests = sqliteRequests(db, id, sources);
    return {
      id,
      audit: sqliteAuditLog(db, id, sources),
      vault: sqliteVault(db, seal, id, sources),
      said: sqliteSaidChanges(db, id, sources.now),
      settings: sqliteWorkspaceSettings(db, id, sources),
      copies: (connection) => sqliteListCopies(db, id, connection),
      claim: (requestId) => requests.claim(requestId),
    };
  };

  return {
    outbox: sqliteOutbox(db, sources.now),

    workspace(id) {
      let known = workspaces.get(id);
      if (!known) workspaces.set(id, (known = open(id)));
      return known;
    },

    async workspaceIds() {
      return prepared<{ id: string }>(db, workspaceIdsSql)
        .all()
        .map(({ id }) => id);
    },

    async checkWritable() {
      await probeWrite(db, () => checkSafeguards(db));
    },

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
