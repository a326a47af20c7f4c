import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import type { Reviews } from "../../domain/ports/approvals.ts";
import { auditEntry, type AuditRow } from "./audit-row.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

/** The break-glass changes of one workspace. They are read from the audit log itself, so none can be forgotten. */
export function storedReviews(db: WorkspaceDatabase): Reviews {
  return {
    waiting: async () => {
      const found: AuditEntry[] = [];
      const rows = await db.all<AuditRow>(waitingSql);
      await forEachInBatches(rows, (row) => found.push(auditEntry(row)), smallBatchSize);
      return found;
    },
  };
}

// Exactly the condition of the partial index: otherwise SQLite would read the whole log.
const waitingSql = `SELECT * FROM audit_entries AS broken
  WHERE workspace_id = @workspaceId AND kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0
    AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = @workspaceId
      AND change_id = broken.change_id AND kind = 'breakglass.reviewed')
  ORDER BY sequence LIMIT 200`;
